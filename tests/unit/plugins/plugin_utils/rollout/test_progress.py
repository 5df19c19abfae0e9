# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout import progress_events as events
from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout import progress_news as news
from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.progress import QUEUE, Progress, TaskEnd, Word

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.data import State

Sites = dict[str, tuple["State", str]]
OK, CHANGED, SKIPPED, FAILED, UNREACHABLE = Word
ALL = ("a", "b", "c", "d")
CANARY, REST = news.Title("canary", 1, 2), news.Title("100%", 2, 2)
SCHEDULE = events.Schedule((events.PlannedWave("canary", ("a",)), events.PlannedWave("100%", ("b", "c", "d"))))


def converged(progress: Progress, host: str, end: TaskEnd, *, begin: float, now: float) -> list[news.News]:
    began = [one for one in progress.started(host, "Converge", begin) if not isinstance(one, news.WaveBegan)]
    return [*began, *progress.ended(host, end, now)]


def decided(word: Word, **more: t.Any) -> TaskEnd:
    return TaskEnd(word, decides=True, **more)


def counts(progress: Progress, now: float = 100) -> dict[State, int]:
    status = progress.status(now)
    assert status is not None
    assert status.share is not None
    return dict(status.share.counts)


def rollout() -> Progress:
    """Return the progress of a roll-out whose first wave has begun."""
    progress = Progress(2, 0)
    progress.event(SCHEDULE, 1)
    progress.play("Roll out", ["a"], 2)
    progress.event(events.WaveEvent(1, 2, "canary", ("a",), ()), 3)
    return progress


@pytest.mark.parametrize(
    ("end", "state"),
    [
        (decided(OK), "right"),
        (decided(CHANGED), "changed"),
        (decided(SKIPPED), "pending"),
        (decided(FAILED), "failed"),
        (decided(FAILED, undone=True), "rolled_back"),
        (decided(UNREACHABLE), "off_line"),
        # that the play goes on is no success
        (decided(FAILED, lasts=False), "failed"),
        (decided(UNREACHABLE, lasts=False), "off_line"),
        (TaskEnd(OK), "pending"),
        (TaskEnd(CHANGED), "pending"),
        (TaskEnd(FAILED), "failed"),
        (TaskEnd(UNREACHABLE), "off_line"),
        (TaskEnd(FAILED, lasts=False), "pending"),
        (TaskEnd(UNREACHABLE, lasts=False), "pending"),
        # what is run at one host for all tells nothing of this one
        (TaskEnd(FAILED, once=True), "pending"),
        (TaskEnd(UNREACHABLE, once=True), "pending"),
    ],
)
def test_the_end_of_a_task_makes_a_state(end: TaskEnd, state: State) -> None:
    progress = Progress(2, 0)
    progress.play("Converge", ALL, 10)
    told = converged(progress, "b", end, begin=11, now=15)
    assert counts(progress) == ({"pending": 4} if state == "pending" else {"pending": 3, state: 1})
    assert told == ([] if state == "pending" else [news.SiteEnded("b", state, "", 4)])


def test_hosts_that_are_no_sites_of_the_wave_are_not_counted() -> None:
    progress = Progress(2, 0)
    progress.play("Converge", ["a"], 10)
    progress.started("a", "Converge", 10)
    assert converged(progress, "hub-1", decided(CHANGED), begin=11, now=15) == []
    assert counts(progress) == {"pending": 1}


def test_what_is_right_after_a_change_was_changed() -> None:
    progress = Progress(2, 0)
    progress.play("Converge", ["a"], 10)
    converged(progress, "a", decided(CHANGED), begin=11, now=15)
    assert converged(progress, "a", decided(OK), begin=16, now=17) == []
    assert counts(progress) == {"changed": 1}
    told = converged(progress, "a", TaskEnd(FAILED, reason="the camera is gone"), begin=18, now=20)
    assert told == [news.SiteEnded("a", "failed", "the camera is gone", 2)]


def test_a_play_without_waves_is_one() -> None:
    progress = Progress(2, 0)
    assert progress.play("Converge", ["a", "b"], 9) == []
    # a task at one of them for all, or at the hub, is none of the wave yet
    assert progress.started("a", "Wait", 9, once=True) == []
    assert progress.started("hub-1", "Wait", 9) == []
    began = news.WaveBegan(news.Title("Converge"), ("a", "b"))
    assert progress.started("a", "Converge", 10) == [began]
    assert progress.started("b", "Converge", 10) == []
    progress.ended("a", decided(CHANGED), 15)
    assert progress.play("Tell", [], 20) == [news.WaveEnded(news.Title("Converge"), {"changed": 1, "pending": 1}, 10)]
    sites: Sites = {"a": ("changed", ""), "b": ("pending", "")}
    assert progress.finish(30) == [news.RunEnded(sites, {"changed": 1, "pending": 1}, 30, None)]
    assert progress.finish(31) == []


def test_where_no_task_decides_the_end_of_the_play_does() -> None:
    progress = Progress(2, 0)
    progress.play("Ask", ALL, 10)
    converged(progress, "a", TaskEnd(OK), begin=11, now=12)
    converged(progress, "b", TaskEnd(CHANGED), begin=11, now=13)
    converged(progress, "c", TaskEnd(FAILED, reason="no"), begin=11, now=14)
    assert progress.finish(20)[:3] == [
        news.SiteEnded("a", "right", "", 9),
        news.SiteEnded("b", "changed", "", 9),
        news.WaveEnded(news.Title("Ask"), {"right": 1, "changed": 1, "failed": 1, "pending": 1}, 9),
    ]


def test_a_run_without_sites_has_no_end_to_tell() -> None:
    progress = Progress(2, 0)
    assert progress.play("Set up the hubs", [], 1) == []
    converged(progress, "hub-1", TaskEnd(CHANGED), begin=1, now=2)
    assert progress.finish(3) == []


def test_a_rollout_tells_of_its_waves() -> None:
    progress = Progress(2, 0)
    assert progress.event(SCHEDULE, 1) == [news.Scheduled(SCHEDULE.waves)]
    assert progress.play("Roll out", ["a"], 2) == []
    assert progress.event(events.WaveEvent(1, 2, "canary", ("a",), ()), 3) == [news.WaveBegan(CANARY, ("a",))]
    converged(progress, "a", decided(CHANGED), begin=4, now=9)
    gate = events.Gate(1, 60, ("a",), {})
    assert progress.event(gate, 70) == [news.GateEnded(CANARY, 60, ("a",), {})]
    assert progress.play("Roll out", ["b", "c", "d"], 71) == [news.WaveEnded(CANARY, {"changed": 1}, 68)]
    told = progress.event(events.WaveEvent(2, 2, "100%", ("b", "c", "d"), ("d",)), 72)
    assert told == [news.WaveBegan(REST, ("b", "c", "d"), ("d",))]
    assert counts(progress) == {"pending": 2, "off_line": 1}


def test_a_gate_makes_sites_fail() -> None:
    progress = rollout()
    progress.event(events.WaveEvent(2, 2, "100%", ("b", "c", "d"), ()), 10)
    converged(progress, "b", decided(CHANGED), begin=11, now=12)
    converged(progress, "c", decided(FAILED, undone=True, reason="undone"), begin=11, now=12)
    failed = {"b": "no handshake", "c": "not changed"}
    assert progress.event(events.Gate(2, 60, ("d",), failed), 80) == [
        news.SiteEnded("b", "failed", "no handshake"),
        news.GateEnded(REST, 60, ("d",), failed),
    ]
    assert counts(progress) == {"failed": 1, "rolled_back": 1, "pending": 1}


def test_what_is_judged_without_a_gate_is_told_before_the_wave_ends() -> None:
    progress = rollout()
    progress.event(events.WaveEvent(2, 2, "100%", ("b", "c", "d"), ("d",)), 10)
    converged(progress, "b", decided(UNREACHABLE, lasts=False), begin=11, now=12)
    # it did not say which of its uplinks are up
    progress.ended("c", decided(SKIPPED), 12)
    states: Sites = {"b": ("failed", "SSH does not let in"), "c": ("failed", "timed out"), "d": ("off_line", "")}
    assert progress.event(events.Gate(2, 60, (), {}, states), 13) == [
        news.SiteEnded("b", "failed", "SSH does not let in"),
        news.SiteEnded("c", "failed", "timed out"),
    ]
    assert progress.play("Next", [], 20) == [news.WaveEnded(REST, {"failed": 2, "off_line": 1}, 10)]


def test_who_is_off_line_since_a_change_has_failed_and_is_waited_for() -> None:
    progress = rollout()
    progress.event(events.Gate(1, 60, (), {}, {"a": ("failed", "off-line since")}), 10)
    assert progress.event(events.Queue(("a",), 500.0), 20) == [
        news.WaveEnded(CANARY, {"failed": 1}, 17),
        news.QueueBegan(("a",), 500.0),
    ]
    status = progress.status(50)
    assert status is not None
    assert status.share == news.Share({"failed": 1}, 0, 1, 30, None)
    assert converged(progress, "a", decided(CHANGED), begin=51, now=55) == [news.SiteEnded("a", "changed", "", 4)]
    status = progress.status(60)
    assert status is not None
    assert status.share == news.Share({"changed": 1}, 1, 1, 40, None)


def test_sites_of_the_queue_come_back() -> None:
    progress = rollout()
    progress.event(events.WaveEvent(2, 2, "100%", ("b", "c", "d"), ("c", "d")), 10)
    told = progress.event(events.Queue(("c", "d"), 500.0), 20)
    assert told == [
        news.WaveEnded(REST, {"pending": 1, "off_line": 2}, 10),
        news.QueueBegan(("c", "d"), 500.0),
    ]
    # a play of the queue does not end it
    assert progress.play("Take those that are back", ["c", "d"], 30) == []
    assert converged(progress, "c", decided(CHANGED), begin=31, now=35) == [news.SiteEnded("c", "changed", "", 4)]
    assert progress.event(events.Queue(("d",), 500.0), 40) == [news.QueueBegan(("d",), 500.0)]
    status = progress.status(50)
    assert status is not None
    assert status.wave == news.Title(QUEUE)
    assert status.share == news.Share({"changed": 1, "off_line": 1}, 1, 2, 30, None)


def test_the_end_has_the_last_word() -> None:
    progress = rollout()
    converged(progress, "a", decided(CHANGED), begin=4, now=9)
    states: Sites = {"a": ("failed", "no camera"), "d": ("pending", "")}
    told = progress.event(events.End(states, "1 of 1 has failed"), 20)
    sites: Sites = {"a": ("failed", "no camera"), **dict.fromkeys("bcd", ("pending", ""))}
    assert told == [
        news.WaveEnded(CANARY, {"changed": 1}, 17),
        news.SiteEnded("a", "failed", "no camera"),
        news.RunEnded(sites, {"failed": 1, "pending": 3}, 20, "1 of 1 has failed"),
    ]
    assert progress.finish(21) == []


def test_who_is_slow_is_first() -> None:
    progress = Progress(2, 0)
    assert progress.status(0) is None
    progress.play("Converge", ALL, 10)
    progress.step("Wait")
    progress.started("a", "Wait", 10, once=True)
    progress.ended("a", TaskEnd(OK, once=True), 11)
    progress.step("Converge")
    progress.started("b", "Converge", 11)
    progress.started("a", "Converge", 12)
    progress.started("c", "Converge", 12)
    progress.ended("a", decided(OK), 14)
    assert progress.status(20) == news.Status(
        play="Converge",
        wave=news.Title("Converge"),
        # the mean is that of a, 2 s; b and c are over it, d is to come, and two are dealt with at a time
        share=news.Share({"right": 1, "pending": 3}, 1, 4, 9, 2),
        whole=None,
        step="Converge",
        step_ended=1,
        running=(news.Running("b", "Converge", 9), news.Running("c", "Converge", 8)),
    )


def test_the_whole_is_that_of_all_waves() -> None:
    progress = rollout()
    progress.started("a", "Converge", 4)
    status = progress.status(5)
    assert status is not None
    assert status.whole == news.Share({"pending": 4}, 0, 4, 5, None)
    progress.ended("a", decided(CHANGED), 14)
    progress.event(events.Gate(1, 60, ("a",), {}), 80)
    status = progress.status(81)
    assert status is not None
    # three sites of 10 s, two at a time, and their gate
    assert status.whole == news.Share({"changed": 1, "pending": 3}, 1, 4, 81, 20 + 60)
    progress.event(events.WaveEvent(2, 2, "100%", ("b", "c", "d"), ("b", "c")), 82)
    progress.started("d", "Converge", 82)
    status = progress.status(86)
    assert status is not None
    assert status.whole == news.Share({"changed": 1, "off_line": 2, "pending": 1}, 3, 4, 86, 6 + 60)


def test_tasks_at_other_hosts_are_under_way_too() -> None:
    progress = Progress(2, 0)
    progress.play("Set up the hubs", [], 1)
    progress.started("hub-1", "Install packages", 2)
    status = progress.status(12)
    assert status is not None
    assert (status.play, status.wave, status.share) == ("Set up the hubs", None, None)
    assert status.running == (news.Running("hub-1", "Install packages", 10),)
    progress.play("Next", [], 13)
    assert progress.status(14) is None
