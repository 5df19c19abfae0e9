# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Machines for the tests: real containers, so every test here is skipped, with the reason, where there can be none."""

from __future__ import annotations

import pathlib
import sys
import typing as t
import uuid

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "lab")]

import lab_hub_image  # noqa: E402
import lab_image  # noqa: E402
from lab_hub import LabHub  # noqa: E402
from lab_podman import why_unusable  # noqa: E402
from lab_router import LabRouter  # noqa: E402

FEW = 3
"""How many tests of a run may fail at the first try."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    reason = why_unusable()
    for item in items:
        if reason and item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run in which more tests than FEW had to be tried twice: that is no bad moment of the machine's."""
    terminal = session.config.pluginmanager.get_plugin("terminalreporter")
    twice = terminal.stats.get("rerun", []) if terminal else []
    if terminal and len(twice) > FEW:
        terminal.write_line(f"{len(twice)} tests were tried twice, more than {FEW}", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print why tests were tried twice, although the second try was right."""
    for report in terminalreporter.stats.get("rerun", []):
        terminalreporter.section(f"first try of {report.nodeid}")
        terminalreporter.write_line(report.longreprtext)


@pytest.fixture(scope="session")
def router_image() -> str:
    return lab_image.build()


def _new_router(purpose: str) -> t.Iterator[LabRouter]:
    router = LabRouter.start(f"{purpose}-{uuid.uuid4().hex[:6]}")
    try:
        yield router
    finally:
        router.remove()


@pytest.fixture
def router(router_image: str) -> t.Iterator[LabRouter]:
    """A router of the test's own."""
    assert router_image
    yield from _new_router("test")


@pytest.fixture(scope="module")
def shared_router(router_image: str) -> t.Iterator[LabRouter]:
    """A router for tests that leave it as it was."""
    assert router_image
    yield from _new_router("module")


@pytest.fixture(scope="session")
def hub_image() -> str:
    return lab_hub_image.build()


@pytest.fixture(scope="module")
def hub(hub_image: str) -> t.Iterator[LabHub]:
    """A hub of a module's own."""
    assert hub_image
    hub = LabHub.start(f"hub-{uuid.uuid4().hex[:6]}")
    try:
        yield hub
    finally:
        hub.remove()
