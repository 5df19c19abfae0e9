# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module hub_info; what it finds is tested with the functions that it calls."""

from __future__ import annotations

import typing as t

import pytest
from ansible.module_utils.testing import patch_module_args

from ansible_collections.farsite.fleet.plugins.module_utils.hub import parts
from ansible_collections.farsite.fleet.plugins.modules import hub_info


def test_the_arguments_that_ansible_may_tell_have_no_preshared_key(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    known: list[t.Any] = []
    monkeypatch.setattr(hub_info, "runner", known.append)

    def look(_run: t.Any, arguments: dict[str, t.Any]) -> parts.Part:
        assert arguments["peers"]
        # all that whoever ends the module from here on has of it
        assert "hunter2" not in str(known[0].params)
        return {"right": True, "reason": None, "warnings": []}

    monkeypatch.setattr(parts, "tunnel", look)
    tunnel = {"peers": [{"name": "quarry", "preshared_key": "hunter2"}]}
    with patch_module_args({"tunnel": tunnel}), pytest.raises(SystemExit):
        hub_info.main()
    told = capsys.readouterr().out
    assert '"right": true' in told
    assert "hunter2" not in told
