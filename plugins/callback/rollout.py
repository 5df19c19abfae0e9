# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The screen output of a run over many sites: what happens in, progress out."""
# ruff: noqa: E402 # ansible-test wants the documentation before the imports

from __future__ import annotations

DOCUMENTATION = r"""
name: rollout
type: stdout
short_description: Progress of a run over many sites instead of a line for each task and host
version_added: 0.1.0
author:
  - Farsite Fleet Team (@farsite)
description:
  - Shows how far a run is, which hosts are slow, and about how long the rest takes. It is made for
    C(farsite.fleet.rollout) and C(farsite.fleet.site), and does no harm with others.
  - It is the callback P(ansible.builtin.default#callback) with other defaults. What that shows is shown, with the same
    options, but for results that are V(ok) or V(skipped), and files that are included. Failures, changes, warnings,
    diffs, what M(ansible.builtin.debug) says, and the recap are all there. With C(-v) everything is.
  - The sites of a play are those of its hosts that are in the group C(sites) and not in C(planned). They are a wave,
    and the result of M(farsite.fleet.router_site) is that of a site. Where a play has no such task, a site has its
    result when the play has ended. C(farsite.fleet.rollout) tells of its waves itself, in the key C(rollout_event) of
    results.
options:
  progress:
    description:
      - The form of the output.
      - V(auto) is V(live) where standard output is a terminal, the environment variable E(CI) is not set or is
        V(false), E(TERM) is not V(dumb), and E(ANSIBLE_ENABLE_TASK_DEBUGGER) is not set. Otherwise it is V(plain).
      - V(live) keeps some lines at the end of the terminal and redraws them twice a second. All else stands above them.
      - V(plain) writes lines that stay.
      - V(json) writes a JSON object in each line of standard output, and nothing else. Its key C(event) says what it
        is. What any part of Ansible says while plays are run, on standard error too, is an object whose C(event) is
        V(message).
    type: str
    choices: [auto, live, plain, json]
    default: auto
    env:
      - name: FARSITE_PROGRESS
    ini:
      - section: callback_rollout
        key: progress
  progress_interval:
    description:
      - After so many seconds without news the forms V(plain) and V(json) tell how things are. V(0) is never.
    type: float
    default: 30
    env:
      - name: FARSITE_PROGRESS_INTERVAL
    ini:
      - section: callback_rollout
        key: progress_interval
  slow_after:
    description:
      - A host at which a task takes longer than so many seconds is called slow.
    type: float
    default: 30
    env:
      - name: FARSITE_PROGRESS_SLOW_AFTER
    ini:
      - section: callback_rollout
        key: slow_after
  display_ok_hosts:
    default: false
  display_skipped_hosts:
    default: false
  display_included_hosts:
    name: Show included hosts
    description: Whether to show which hosts a file is included for.
    type: bool
    default: false
    env:
      - name: ANSIBLE_DISPLAY_INCLUDED_HOSTS
    ini:
      - key: display_included_hosts
        section: defaults
extends_documentation_fragment:
  - default_callback
  - result_format_callback
requirements:
  - set as C(stdout_callback) in the configuration
"""

EXAMPLES = r"""
# in ansible.cfg:
#   [defaults]
#   stdout_callback = farsite.fleet.rollout
#
# for one run, with JSON for a program:
#   ANSIBLE_STDOUT_CALLBACK=farsite.fleet.rollout FARSITE_PROGRESS=json ansible-playbook farsite.fleet.site
"""

import os
import sys
import time
import typing as t

from ansible import constants, context
from ansible.playbook.block import Block
from ansible.playbook.task_include import TaskInclude
from ansible.plugins.callback.default import CallbackModule as DefaultCallback

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.display_hook import DisplayHook
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.progress_outputs import (
    JsonOutput,
    LiveOutput,
    PlainOutput,
    Source,
    chosen_form,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout import progress_news as news
from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.progress import Progress, TaskEnd, Word
from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.progress_events import KEY, EventError, read_event

if t.TYPE_CHECKING:
    from ansible.executor.stats import AggregateStats
    from ansible.executor.task_result import CallbackTaskResult
    from ansible.inventory.host import Host
    from ansible.playbook import Playbook
    from ansible.playbook.handler import Handler
    from ansible.playbook.included_file import IncludedFile
    from ansible.playbook.play import Play
    from ansible.playbook.task import Task

_QUIET = ("display_ok_hosts", "display_skipped_hosts", "display_included_hosts")
_PERIOD = 0.5
_DECIDES = "router_site"


class CallbackModule(DefaultCallback):
    """The default callback, with less of what is well and the progress of the whole."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "farsite.fleet.rollout"

    def __init__(self) -> None:
        """Begin; nothing is shown before the first playbook or play."""
        super().__init__()
        self._warned: set[str] = set()
        self._speaks = False
        self._hook: DisplayHook | None = None

    def set_options(self, task_keys: t.Any = None, var_options: t.Any = None, direct: t.Any = None) -> None:
        """Take the options; with -v all is shown that is not turned off."""
        super().set_options(task_keys=task_keys, var_options=var_options, direct=direct)
        if self._display.verbosity:
            loud = {name: True for name in _QUIET if self.get_option_and_origin(name)[1] == "default"}
            self._plugin_options.update(loud)

    def get_option(self, k: str, hostvars: t.Any = None) -> t.Any:
        """Return the value of an option."""
        return True if self._speaks and k == "display_ok_hosts" else super().get_option(k, hostvars)

    def v2_playbook_on_start(self, playbook: Playbook) -> None:
        """Begin a playbook."""
        self._begin()
        super().v2_playbook_on_start(playbook)

    def v2_playbook_on_vars_prompt(self, *_arguments: t.Any, **_options: t.Any) -> None:
        """Leave the terminal to a question that is asked before the next play."""
        self._begin().pause()

    def v2_playbook_on_play_start(self, play: Play) -> None:
        """Begin a play, or a batch of it."""
        self._begin().resume()
        name = play.get_name().strip()
        hosts = play.get_variable_manager()._inventory.get_hosts(play.hosts)
        self._tell(lambda progress, now: progress.play(name, _sites(hosts), now))
        super().v2_playbook_on_play_start(play)
        # the tasks of the next batch are the same
        self._last_task_banner = None

    def v2_playbook_on_task_start(self, task: Task, is_conditional: bool) -> None:  # noqa: FBT001 # as its parent
        """Begin a task."""
        super().v2_playbook_on_task_start(task, is_conditional)
        self._step(task)

    def v2_playbook_on_handler_task_start(self, task: Handler) -> None:
        """Begin a handler."""
        super().v2_playbook_on_handler_task_start(task)
        self._step(task)

    def v2_runner_on_start(self, host: Host, task: Task) -> None:
        """Begin a task at a host."""
        super().v2_runner_on_start(host, task)
        name, once = task.get_name().strip(), bool(task.run_once)
        self._tell(lambda progress, now: progress.started(host.get_name(), name, now, once=once))

    def v2_runner_on_ok(self, result: CallbackTaskResult) -> None:
        """End a task that is done at a host."""
        data = result.result
        self._events(result)
        self._ended(result, Word.CHANGED if data.get("changed") else Word.OK)
        # its banner would stand there alone
        if not isinstance(result.task, TaskInclude) or self.get_option("display_ok_hosts"):
            self._aloud(result, super().v2_runner_on_ok)

    def v2_runner_on_failed(self, result: CallbackTaskResult, ignore_errors: bool = False) -> None:  # noqa: FBT001, FBT002
        """End a task that has failed at a host."""
        self._events(result)
        self._ended(result, Word.FAILED, lasts=not (ignore_errors or _is_rescued(result.task)))
        super().v2_runner_on_failed(result, ignore_errors)

    def v2_runner_on_unreachable(self, result: CallbackTaskResult) -> None:
        """End a task at a host that could not be reached."""
        self._ended(result, Word.UNREACHABLE, lasts=not result.task.ignore_unreachable)
        super().v2_runner_on_unreachable(result)

    def v2_runner_on_skipped(self, result: CallbackTaskResult) -> None:
        """End a task that is not for a host."""
        self._ended(result, Word.SKIPPED)
        super().v2_runner_on_skipped(result)

    def v2_runner_item_on_ok(self, result: CallbackTaskResult) -> None:
        """Show what is done of a loop."""
        self._events(result)
        self._aloud(result, super().v2_runner_item_on_ok)

    def v2_playbook_on_include(self, included_file: IncludedFile) -> None:
        """Show a file that is included."""
        if self.get_option("display_included_hosts"):
            super().v2_playbook_on_include(included_file)

    def v2_playbook_on_stats(self, stats: AggregateStats) -> None:
        """End the playbook; what became of the sites is last."""
        told = self._progress.finish(time.monotonic())
        self._show([one for one in told if not isinstance(one, news.RunEnded)])
        super().v2_playbook_on_stats(stats)
        self._show([one for one in told if isinstance(one, news.RunEnded)])
        if self._hook is not None:
            self._hook.stop()
            self._hook = None

    def _begin(self) -> DisplayHook:
        """Take the screen, once for each playbook."""
        if self._hook is None:
            clock = time.monotonic
            progress = Progress(context.CLIARGS["forks"], clock())
            source = Source(lambda: progress.status(clock()), clock)
            interval, slow_after = self.get_option("progress_interval"), self.get_option("slow_after")
            self._progress = progress
            self._output: JsonOutput | LiveOutput | PlainOutput
            form = chosen_form(
                self.get_option("progress"),
                terminal=sys.stdout.isatty(),
                debugged=constants.config.get_config_value("ENABLE_TASK_DEBUGGER"),
                variables=os.environ,
            )
            match form:
                case "json":
                    self._output = JsonOutput(source, interval)
                case "live":
                    self._output = LiveOutput(source, slow_after)
                case _:
                    self._output = PlainOutput(source, interval, slow_after)
            self._hook = DisplayHook(self._display, self._output, _PERIOD)
            self._hook.start()
        return self._hook

    def _tell(self, happens: t.Callable[[Progress, float], list[news.News]]) -> None:
        hook = self._begin()
        with hook.lock:
            self._show(happens(self._progress, time.monotonic()))

    def _show(self, told: list[news.News]) -> None:
        hook = self._begin()
        with hook.lock:
            for one in told:
                self._output.news(hook.say, one)

    def _step(self, task: Task) -> None:
        name = task.get_name().strip()

        def begins(progress: Progress, _now: float) -> list[news.News]:
            progress.step(name)
            return []

        self._tell(begins)

    def _ended(self, result: CallbackTaskResult, word: Word, *, lasts: bool = True) -> None:
        task, data = result.task, result.result
        transaction = data.get("transaction")
        end = TaskEnd(
            word,
            decides=task.action.rpartition(".")[2] == _DECIDES,
            once=bool(task.run_once),
            lasts=lasts,
            undone=isinstance(transaction, dict) and transaction.get("end") == "undone",
            reason=str(data.get("msg") or ""),
        )
        self._tell(lambda progress, now: progress.ended(result.host.get_name(), end, now))

    def _events(self, result: CallbackTaskResult) -> None:
        if KEY not in result.result:
            return
        try:
            event = read_event(result.result[KEY])
        except EventError as error:
            self._display.warning(f"{result.task.get_name()}: {error}")
            return
        self._tell(lambda progress, now: progress.event(event, now))

    def _aloud(self, result: CallbackTaskResult, show: t.Callable[[CallbackTaskResult], None]) -> None:
        """Show a result that is well also where those are not shown, if it has something to say."""
        data = result.result
        said = {str(text) for key in ("warnings", "deprecations") for text in data.get(key) or ()}
        self._speaks = bool(said - self._warned or data.get("_ansible_verbose_always") or data.get("exception"))
        self._warned |= said
        try:
            show(result)
        finally:
            self._speaks = False


def _sites(hosts: t.Iterable[Host]) -> list[str]:
    """Return the names of those hosts that are sites with a router."""
    groups = {host.get_name(): {group.name for group in host.get_groups()} for host in hosts}
    return [name for name, found in groups.items() if "sites" in found and "planned" not in found]


def _is_rescued(task: Task) -> bool:
    """Return whether a block around *task* has tasks for the case that it fails."""
    inner, outer = task, task._parent
    while outer is not None:
        if isinstance(outer, Block) and outer.rescue and any(inner._uuid == one._uuid for one in outer.block):
            return True
        inner, outer = outer, outer._parent
    return False
