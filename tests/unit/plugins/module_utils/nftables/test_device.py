# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pathlib
import stat
import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.module_utils.nftables.device import Device, DeviceError


class Programs:
    """Answers what programs were prepared to say, and remembers what was run."""

    def __init__(self, **answers: tuple[int, str, str]) -> None:
        self.answers = answers
        self.ran: list[tuple[list[str], str | None]] = []

    def get_bin_path(self, arg: str, *, required: bool) -> str:
        assert required
        return f"/bin/{arg}"

    def run_command(self, args: list[str], *, data: str | None, binary_data: bool) -> tuple[int, str, str]:
        assert binary_data
        self.ran.append((args, data))
        return self.answers.get(args[0].rpartition("/")[2].replace("-", "_"), (0, "", ""))


def test_a_ruleset_is_handed_over_on_stdin() -> None:
    programs = Programs()
    Device(programs).check("a")
    Device(programs).load("b")
    assert programs.ran == [(["/bin/nft", "-c", "-f", "-"], "a"), (["/bin/nft", "-f", "-"], "b")]


def test_a_failure_has_the_command_and_its_words() -> None:
    device = Device(Programs(nft=(1, "", "syntax error\n")))
    with pytest.raises(DeviceError, match=r"^/bin/nft -f -: exit 1: syntax error$"):
        device.load("x")


def test_no_table_is_none() -> None:
    assert Device(Programs(nft=(1, "", "No such file or directory"))).table() is None
    assert Device(Programs(nft=(1, "", ""))).table_text() == ""
    assert Device(Programs(nft=(0, '{"nftables": [{"metainfo": {}}, {"table": {}}]}', ""))).table() == [{"table": {}}]


def test_interfaces() -> None:
    routes = '[{"dst": "default", "dev": "eth0"}, {"dst": "default", "dev": "eth1"}, {"dst": "default"}]'
    assert Device(Programs(ip=(0, routes, ""))).default_interfaces(4) == {"eth0", "eth1"}
    assert Device(Programs(ip=(1, "", "no IPv6"))).default_interfaces(6) == frozenset()
    assert Device(Programs(ip=(0, '[{"ifname": "lo"}, {"ifname": "eth0"}]', ""))).interfaces() == {"eth0"}


def test_units() -> None:
    programs = Programs(systemctl=(0, "active\n", ""))
    device = Device(programs)
    assert device.state("a.service") == "active"
    assert device.enabled("a.service")
    device.start_timer("undo.service", 60)
    assert programs.ran[-1][0] == [
        "/bin/systemd-run",
        "--unit=undo.service",
        "--on-active=60s",
        "--timer-property=AccuracySec=100ms",
    ]
    gone = Device(Programs(systemctl=(1, "", "")))
    assert (gone.state("a.service"), gone.enabled("a.service")) == ("inactive", False)
    gone.stop_if_there("a.timer")


def test_a_file_is_replaced_with_its_mode(tmp_path: pathlib.Path) -> None:
    device, path = Device(Programs()), tmp_path / "new" / "file"
    assert device.read(str(path)) is None
    device.write(str(path), "one")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    device.write(str(path), "two", 0o644)
    assert (device.read(str(path)), stat.S_IMODE(path.stat().st_mode) & 0o600) == ("two", 0o600)
    assert [item.name for item in path.parent.iterdir()] == ["file"]
    assert device.remove(str(path))
    assert not device.remove(str(path))


def test_only_one_of_two_renames_the_same_file(tmp_path: pathlib.Path) -> None:
    device = Device(Programs())
    pending = str(tmp_path / "pending")
    device.write(pending, "x")
    device.rename(pending, str(tmp_path / "confirmed"))
    with pytest.raises(FileNotFoundError):
        device.rename(pending, str(tmp_path / "undone"))


def test_a_lock_is_held_and_given_back(tmp_path: pathlib.Path) -> None:
    device, path = Device(Programs()), str(tmp_path / "run" / "lock")
    for _turn in range(2):
        with device.locked(path):
            assert pathlib.Path(path).exists()


class Library:
    """The C library, whose calls fail or not."""

    def __init__(self, status: int) -> None:
        self.status = status
        self.called: list[str] = []

    def unshare(self, flags: int) -> int:
        self.called.append(f"unshare {flags:#x}")
        return self.status

    def setns(self, home: int, flags: int) -> int:
        assert home >= 0
        self.called.append(f"setns {flags:#x}")
        return 0


@pytest.mark.parametrize(
    ("status", "called"), [(0, ["unshare 0x40000000", "setns 0x40000000"]), (-1, ["unshare 0x40000000"])]
)
def test_an_empty_network_is_left_again(monkeypatch: pytest.MonkeyPatch, status: int, called: list[str]) -> None:
    library = Library(status)
    monkeypatch.setattr("ctypes.CDLL", lambda _name, **_options: library)

    def use() -> t.NoReturn:
        with Device(Programs()).empty_network():
            raise KeyError("inside")

    with pytest.raises(DeviceError if status else KeyError, match="CAP_SYS_ADMIN" if status else "inside"):
        use()
    assert library.called == called
