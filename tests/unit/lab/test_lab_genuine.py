# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which OpenWrt can be a site's router in the lab's world, and what is said of others."""

from __future__ import annotations

import io
import tarfile
from typing import TYPE_CHECKING

import lab_genuine
import pytest
from lab_podman import LabError

if TYPE_CHECKING:
    import pathlib

RELEASE = "DISTRIB_ID='OpenWrt'\nDISTRIB_RELEASE='{}'\n"
OPKG = {"./usr/lib/opkg/status": "".join(f"Package: {name}\nVersion: 1\n\n" for name in lab_genuine.NEEDED)}
APK = {"./lib/apk/db/installed": "".join(f"C:Q1x\nP:{name}\nV:1\n\n" for name in lab_genuine.NEEDED)}


def rootfs(folder: pathlib.Path, release: str, packages: dict[str, str]) -> pathlib.Path:
    path = folder / "rootfs.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name, text in {"./etc/openwrt_release": RELEASE.format(release), **packages}.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text.encode()))
    return path


@pytest.mark.parametrize(
    ("release", "packages", "kernel", "words"),
    [
        ("24.10.3", OPKG, True, None),
        ("25.12.0", APK, True, None),
        ("23.05.0", OPKG, True, None),
        ("SNAPSHOT", APK, True, None),
        ("18.06.1", OPKG, True, "is OpenWrt 18.06.1, expected 23.05 or later"),
        ("22.03.7", OPKG, True, "is OpenWrt 22.03.7, expected 23.05 or later"),
        ("24.10.3", {}, True, "is OpenWrt 24.10.3 without wireguard-tools, kmod-usb-net-cdc-ether, and the lab has no"),
        ("24.10.3", OPKG, False, "this machine's kernel has none"),
    ],
)
def test_what_is_said(  # noqa: PLR0913, PLR0917
    tmp_path: pathlib.Path,
    monkeypatch: pytest.MonkeyPatch,
    release: str,
    packages: dict[str, str],
    kernel: bool,  # noqa: FBT001
    words: str | None,
) -> None:
    monkeypatch.setattr(lab_genuine, "kernel_has_wireguard", lambda: kernel)
    said = lab_genuine.why_unfit(rootfs(tmp_path, release, packages))
    assert (said is None) if words is None else (said is not None and words in said)


def test_what_is_no_openwrt_is_told(tmp_path: pathlib.Path) -> None:
    text = tmp_path / "text"
    text.write_text("no archive")
    for path, words in ((tmp_path / "none", "is no file"), (text, "is no tar archive")):
        with pytest.raises(LabError, match=words):
            lab_genuine.why_unfit(path)
    with pytest.raises(LabError, match="is it an OpenWrt root file system"):
        lab_genuine.why_unfit(rootfs(tmp_path, "", {}))
