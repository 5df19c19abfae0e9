# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import threading
import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.display_hook import DisplayHook, Say

LONG = 600.0
"""No tick in a test that waits for none."""


class FakeDisplay:
    """What a hook uses of Ansible's Display."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self.said: list[tuple[str, dict[str, t.Any]]] = []

    def display(self, msg: str, **options: t.Any) -> None:
        self.said.append((msg, options))

    def prompt_until(self, msg: str, seconds: int | None = None) -> bytes:
        self.display(f"{msg} ({seconds})")
        return b"yes"


class FakeOutput:
    """Notes what it is called for."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.ticked = threading.Event()

    def message(self, say: Say, text: str, options: dict[str, t.Any]) -> None:
        self.calls.append(f"message {text}")
        say(f"<{text}>", **options)

    def tick(self) -> None:
        self.ticked.set()

    def clear(self) -> None:
        self.calls.append("clear")


@pytest.fixture(name="display")
def _display() -> FakeDisplay:
    return FakeDisplay()


@pytest.fixture(name="output")
def _output() -> FakeOutput:
    return FakeOutput()


def hooked(display: FakeDisplay, output: FakeOutput, period: float = LONG) -> DisplayHook:
    hook = DisplayHook(t.cast("t.Any", display), output, period)
    hook.start()
    return hook


def test_messages_go_through_the_output_as_long_as_it_is_in_force(display: FakeDisplay, output: FakeOutput) -> None:
    hook = hooked(display, output)
    try:
        # Display itself passes the color by its place now and then
        display.display("one", "red", stderr=True)  # type: ignore[call-arg]
        hook.say("past it")
    finally:
        hook.stop()
    display.display("two")
    assert display.said == [("<one>", {"color": "red", "stderr": True}), ("past it", {}), ("two", {})]
    assert output.calls == ["message one", "clear"]


def test_a_worker_says_what_it_has_to_say_itself(
    display: FakeDisplay, output: FakeOutput, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = hooked(display, output)
    try:
        with monkeypatch.context() as worker:
            worker.setattr(os, "getpid", lambda: -1)
            display.display("one")
            assert display.prompt_until("sure?", seconds=3) == b"yes"
    finally:
        hook.stop()
    assert display.said == [("one", {}), ("sure? (3)", {})]
    assert output.calls == ["clear"]


def test_the_output_is_called_again_and_again(display: FakeDisplay, output: FakeOutput) -> None:
    hook = hooked(display, output, 0.001)
    try:
        for _time in range(2):
            assert output.ticked.wait(10)
            output.ticked.clear()
    finally:
        hook.stop()
    assert "farsite-progress" not in [thread.name for thread in threading.enumerate()]


def test_nothing_is_drawn_while_somebody_is_asked(display: FakeDisplay, output: FakeOutput) -> None:
    hook = hooked(display, output, 0.001)
    try:
        assert output.ticked.wait(10)
        hook.pause()
        output.ticked.clear()
        assert not output.ticked.wait(0.05)
        hook.resume()
        assert output.ticked.wait(10)
        assert display.prompt_until("sure?", seconds=3) == b"yes"
    finally:
        hook.stop()
    assert output.calls == ["clear", "clear", "message sure? (3)", "clear"]
    assert display.said == [("<sure? (3)>", {})]


def test_the_output_is_called_with_the_lock_held(display: FakeDisplay) -> None:
    class Held(FakeOutput):
        def tick(self) -> None:
            # the lock can be taken again by who holds it, and by nobody else
            taken: list[bool] = []
            other = threading.Thread(target=lambda: taken.append(display._lock.acquire(blocking=False)))
            other.start()
            other.join()
            self.calls.append(f"tick {taken[0]}")
            self.ticked.set()

    output = Held()
    hook = hooked(display, output, 0.001)
    try:
        assert output.ticked.wait(10)
    finally:
        hook.stop()
    assert output.calls[0] == "tick False"
