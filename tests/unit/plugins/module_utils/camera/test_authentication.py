# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.module_utils.camera.authentication import (
    Challenge,
    Login,
    authorization,
    challenges,
)
from ansible_collections.farsite.fleet.plugins.module_utils.camera.messages import MessageError

MUFASA = Login("Mufasa", "Circle of Life")
NONCE = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"
CLIENT_NONCE = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
OFFER = 'Digest realm="http-auth@example.org", qop="auth, auth-int"'
RFC_7616 = (
    f'{OFFER}, algorithm=SHA-256, nonce="{NONCE}", opaque="FQhe/qaU"',
    f'{OFFER}, algorithm=MD5, nonce="{NONCE}", opaque="FQhe/qaU"',
)


def test_the_examples_of_rfc_7616() -> None:
    both = authorization(challenges(RFC_7616), "GET", "/dir/index.html", MUFASA, CLIENT_NONCE)
    assert both is not None
    assert 'response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"' in both
    assert "algorithm=SHA-256, qop=auth, nc=00000001" in both
    assert 'opaque="FQhe/qaU"' in both
    md5 = authorization(challenges(RFC_7616[1:]), "GET", "/dir/index.html", MUFASA, CLIENT_NONCE)
    assert md5 is not None
    assert 'response="8ca523f5e9506fed4657c9700eebdbec"' in md5


def test_the_older_form_without_qop() -> None:
    """RFC 2069, with the values of RFC 2617's example; cameras use it for RTSP."""
    offered = challenges(['Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"'])
    value = authorization(offered, "GET", "/dir/index.html", Login("Mufasa", "CircleOfLife"), "x")
    assert value is not None
    assert 'response="1949323746fe6a43ef61f9606e7febea"' in value
    assert "qop" not in value
    assert "cnonce" not in value


def test_the_example_of_rfc_2617() -> None:
    given_ = 'Digest realm="testrealm@host.com",qop="auth,auth-int",nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"'
    login = Login("Mufasa", "Circle Of Life")
    value = authorization(challenges([given_]), "GET", "/dir/index.html", login, "0a4f113b")
    assert value is not None
    assert 'response="6629fae49393a05397450978507c4ef1"' in value


def test_several_offers_in_one_header() -> None:
    offered = challenges(['Basic realm="a, \\"b\\"", Digest realm=c, nonce="d=e"'])
    assert offered == (
        Challenge("basic", {"realm": 'a, "b"'}),
        Challenge("digest", {"realm": "c", "nonce": "d=e"}),
    )


def test_basic_where_there_is_nothing_better() -> None:
    assert authorization(challenges(['Basic realm="x"']), "GET", "/", Login("Aladdin", "open sesame"), "x") == (
        "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
    )
    value = authorization(challenges(['Basic realm="x"', 'Digest realm="x", nonce="y"']), "GET", "/", MUFASA, "x")
    assert value is not None
    assert value.startswith("Digest ")


@pytest.mark.parametrize(
    "header",
    ["", "Negotiate", 'Digest realm="a", nonce="b", algorithm=SHA-512-256', 'Digest nonce="b", qop="auth-int"'],
)
def test_nothing_that_is_known(header: str) -> None:
    assert authorization(challenges([header]), "GET", "/", MUFASA, "x") is None


def test_a_session_counts_the_client_in() -> None:
    plain = challenges(['Digest realm="a", nonce="b", qop="auth", algorithm=MD5'])
    session = challenges(['Digest realm="a", nonce="b", qop="auth", algorithm=MD5-sess'])
    one, other = (authorization(offered, "GET", "/", MUFASA, "x") for offered in (plain, session))
    assert one is not None
    assert other is not None
    assert "algorithm=MD5-sess" in other
    assert re.findall('response="[^"]*"', one) != re.findall('response="[^"]*"', other)


@given(st.text(), st.text())
def test_a_login_never_ends_the_header(username: str, password: str) -> None:
    offered = challenges(['Digest realm="a", nonce="b", qop="auth"'])
    try:
        value = authorization(offered, "DESCRIBE", "rtsp://10.80.17.11/", Login(username, password), "x")
    except (MessageError, UnicodeEncodeError):
        return
    assert value is not None
    assert "\r" not in value
    assert "\n" not in value
    again = challenges([value])
    assert again[0].parameters["username"] == username


@given(st.lists(st.text(max_size=60), max_size=4))
def test_whatever_is_offered_is_read(values: list[str]) -> None:
    for challenge in challenges(values):
        assert challenge.scheme == challenge.scheme.lower()


def test_a_password_is_not_in_the_text_of_a_login() -> None:
    assert "Circle" not in repr(MUFASA)
