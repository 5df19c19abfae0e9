# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands between Ansible's Display and its messages: everything that is said goes through an output first."""

from __future__ import annotations

import os
import threading
import typing as t

if t.TYPE_CHECKING:
    import contextlib

    from ansible.utils.display import Display

Say = t.Callable[..., None]
"""Display.display as it is: a message and the options that it takes."""


class Output(t.Protocol):
    """What messages go through. All of it is called with the hook's lock held."""

    def message(self, say: Say, text: str, options: dict[str, t.Any]) -> None:
        """Show a message of Ansible, which came with these options of Display.display."""

    def tick(self) -> None:
        """Show how things are, if it is time to."""

    def clear(self) -> None:
        """Take away what is not to stay, since somebody else writes to the terminal now."""


class DisplayHook:
    """Hands all messages of Display to an output as long as it is in force, and calls the output's tick.

    What workers say comes over their queue to this process. A worker is a copy of this process and has the hook too;
    there it does nothing. All is done under Display's own lock, which is held while a worker is started: no worker
    begins with a lock that nobody opens, or with half a line that it would write once more.
    """

    def __init__(self, display: Display, output: Output, period: float) -> None:
        """Take the output, whose tick is to be called every *period* seconds."""
        self._display = display
        self._output = output
        self._period = period
        self._process = os.getpid()
        self._paused = False
        self._over = threading.Event()
        self._thread: threading.Thread | None = None
        self.say: Say = display.display
        """Says something past the hook."""
        self._prompt = display.prompt_until

    @property
    def lock(self) -> contextlib.AbstractContextManager[t.Any]:
        """Hold it while anything is written, or what the output looks at is changed; one may hold it twice."""
        return self._display._lock

    def start(self) -> None:
        """Begin."""
        # an attribute of the object hides the method of its class
        vars(self._display).update(display=self._spoken, prompt_until=self._prompted)
        # not a daemon: one that is stopped while it writes makes Python end with a fatal error
        self._thread = threading.Thread(target=self._run, name="farsite-progress")
        self._thread.start()

    def stop(self) -> None:
        """End; messages go their old way again."""
        self._over.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        for name in ("display", "prompt_until"):
            vars(self._display).pop(name, None)

    def pause(self) -> None:
        """Leave the terminal alone but for messages, until resume is called."""
        with self.lock:
            self._output.clear()
            self._paused = True

    def resume(self) -> None:
        """Go on after a pause."""
        with self.lock:
            self._paused = False

    def _spoken(self, text: str, *arguments: t.Any, **options: t.Any) -> None:
        if os.getpid() != self._process:
            self.say(text, *arguments, **options)
            return
        options |= dict(
            zip(("color", "stderr", "screen_only", "log_only", "newline", "caplevel"), arguments, strict=False)
        )
        with self.lock:
            self._output.message(self.say, text, options)

    def _prompted(self, *arguments: t.Any, **options: t.Any) -> t.Any:
        if os.getpid() != self._process:
            return self._prompt(*arguments, **options)
        self.pause()
        try:
            return self._prompt(*arguments, **options)
        finally:
            self.resume()

    def _run(self) -> None:
        # where a run is interrupted nobody calls stop
        while not self._over.wait(self._period) and threading.main_thread().is_alive():
            with self.lock:
                if not self._paused:
                    self._output.tick()
        with self.lock:
            self._output.clear()
