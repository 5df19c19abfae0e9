# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ``make test`` runs. The environments are made by ``.ci/setup`` and shared by all sessions; nox installs nothing.

A session that cannot run here is skipped with a reason, which the table at the end shows; where the environment
variable ``FARSITE_NO_SKIP`` is set, as in CI, that is a failure instead.
"""

from __future__ import annotations

import fcntl
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import typing as t

import antsibull_nox
import nox

sys.path.insert(0, "lab")
from lab_podman import why_unusable

ROOT = pathlib.Path(__file__).parent
# The checkout under the path that Ansible and Python expect: a symbolic link that .ci/setup makes.
COLLECTIONS = ROOT / ".cache" / "collections"
COLLECTION = COLLECTIONS / "ansible_collections" / "farsite" / "fleet"
CORES = ("2.19", "2.21")
# What galaxy.yml keeps out of the release; stricter tools look at it.
DEVELOPMENT = (
    *(":!.ci", ":!bench", ":!lab", ":!molecule", ":!noxfile.py", ":!tools"),
    *(":!tests/conftest.py", ":!tests/lab", ":!tests/unit"),
)
each_core = nox.parametrize("core", CORES, ids=CORES)

nox.needs_version = ">=2026.10.20"
nox.options.default_venv_backend = "none"
nox.options.allow_parallel = True
nox.options.parallel = os.cpu_count()
# The long ones first, so that the short ones fill the gaps.
nox.options.sessions = [
    "lab-image",
    "sanity",
    "lab",
    "molecule",
    "unit",
    "build-import-check",
    "docs",
    "mypy",
    "ansible-lint",
    "license-check",
    "yamllint",
    "extra-checks",
    "ruff",
    "format-check",
    "shellcheck",
    "changelog",
]


def skip(session: nox.Session, reason: str) -> t.NoReturn:
    """End the session: as skipped, or as failed where nothing may be skipped."""
    if os.environ.get("FARSITE_NO_SKIP"):
        session.error(f"{reason}, and FARSITE_NO_SKIP forbids to skip this")
    session.skip(reason)


class Environment:
    """The tools of one virtual environment, run in a session so that they find the collection and each other."""

    def __init__(self, session: nox.Session, name: str = "tools") -> None:
        """Take the environment ``.venv/NAME``. Skip the session where there is none."""
        self.session = session
        folder = ROOT / ".venv" / name
        if not (folder / "farsite-pins").exists():
            skip(session, f"there is no environment .venv/{name}, see what `make setup` says")
        self.programs = folder / "bin"
        self.variables = {
            "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
            "ANSIBLE_HOME": str(ROOT / ".cache" / "ansible"),
            "PATH": f"{self.programs}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(COLLECTIONS),
        }

    def run(self, program: str, *arguments: str, **variables: str) -> None:
        """Run *program* of the environment, with more environment *variables*; the session fails if it does."""
        self.session.run(str(self.programs / program), *arguments, env=self.variables | variables)

    def answer(self, *arguments: str, **variables: str) -> str:
        """Return what the environment's Python prints for *arguments*; the session fails if it does."""
        command = (str(self.programs / "python"), *arguments)
        return str(self.session.run(*command, env=self.variables | variables, silent=True, log=False)).strip()


def files(*patterns: str) -> list[pathlib.Path]:
    """Return the files of the checkout that git does not ignore, restricted to git's *patterns*."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S603
    names = sorted(set(listed.stdout.split("\0")) - {""})
    return [pathlib.Path(name) for name in names if (ROOT / name).is_file()]


def copy(tree: pathlib.Path, *patterns: str) -> None:
    """Copy the files of the checkout that git does not ignore, restricted to git's *patterns*, below *tree*."""
    for file in files(*patterns):
        (tree / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / file, tree / file, follow_symlinks=False)


@nox.session(name="lab-image")
def lab_image(session: nox.Session) -> None:
    """Build the container images of the lab's router and hub, where they are not there yet."""
    reason = why_unusable()
    if reason:
        skip(session, reason)
    for program in ("lab/lab_router.py", "lab/lab_hub.py"):
        Environment(session).run("python", program, "build")


NEEDS_IMAGE = [] if why_unusable() else ["lab-image"]


@nox.session
@each_core
def sanity(session: nox.Session, core: str) -> None:
    """Run all of ``ansible-test sanity`` on what is released, without a container."""
    environment = Environment(session, f"core-{core}")
    python = environment.answer("-c", "import sys; print('%d.%d' % sys.version_info[:2])")
    # ansible-test skips everything in a folder that git ignores: hence a copy outside the checkout. It makes an
    # environment for each Python below the user's home: hence one run at a time where both cores share a Python.
    lock = (ROOT / ".cache" / f"sanity-{python}.lock").open("w")
    with lock, tempfile.TemporaryDirectory(prefix="farsite-sanity-") as place:
        fcntl.flock(lock, fcntl.LOCK_EX)
        provide_get_pip(environment)
        tree = pathlib.Path(place, "ansible_collections", "farsite", "fleet")
        copy(tree, ".", *DEVELOPMENT)
        options = ["--local", "--python", python, *session.posargs]
        with session.chdir(tree):
            environment.run("ansible-test", "sanity", *options, ANSIBLE_COLLECTIONS_PATH=place, PYTHONPATH="")


def provide_get_pip(environment: Environment) -> None:
    """Put a stand-in where ``ansible-test`` looks for ``get-pip.py``: then it needs no host but the package index."""
    code = "import ansible_test._internal.python_requirements as module; print(module.__file__)"
    source = pathlib.Path(environment.answer("-c", code))
    version = re.search(r"\bpip='([\d.]+)'", source.read_text("utf-8"))
    if version is None:
        environment.session.error(f"{source} no longer says which version of pip ansible-test needs")
    target = pathlib.Path.home() / ".ansible" / "test" / "cache" / f"get_pip_{version[1].replace('.', '_')}.py"
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / "tests" / "sanity" / "get_pip.py", target)


@nox.session
@each_core
def unit(session: nox.Session, core: str) -> None:
    """Run the unit tests."""
    environment = Environment(session, f"core-{core}")
    with session.chdir(COLLECTION):
        environment.run("pytest", "-q", *(session.posargs or ["tests/unit"]))


@nox.session(requires=NEEDS_IMAGE)
def lab(session: nox.Session) -> None:
    """Run the tests against real containers."""
    reason = why_unusable()
    if reason:
        skip(session, reason)
    # They wait for routers half of their time. What other work on the machine made late is tried once more, and listed.
    crowd = ("--numprocesses=3", "--dist=worksteal", "--reruns=1", "--reruns-delay=10", "-rR", "--durations=40")
    with session.chdir(COLLECTION):
        Environment(session).run("pytest", "-q", *crowd, *(session.posargs or ["tests/lab"]))


@nox.session(requires=NEEDS_IMAGE)
@each_core
def molecule(session: nox.Session, core: str) -> None:
    """Run the Molecule scenarios: roles and modules against a router over SSH."""
    if not any(path.parent.name != "default" for path in ROOT.glob("molecule/*/molecule.yml")):
        skip(session, "there is no scenario besides default")
    reason = why_unusable()
    if reason:
        skip(session, reason)
    environment = Environment(session, f"core-{core}")
    # A folder for each core: both run at the same time, and the routers are named after it.
    environment.variables["MOLECULE_EPHEMERAL_DIRECTORY"] = str(ROOT / ".cache" / f"molecule-{core.replace('.', '-')}")
    environment.run("molecule", "reset")
    # The roll-out is minutes of waiting; the unit tests play its playbook on both.
    everything = ["--all"] if core == CORES[0] else ["--all", "--exclude=rollout"]
    environment.run("molecule", "test", *(session.posargs or everything))


@nox.session
def ruff(session: nox.Session) -> None:
    """Lint the Python files."""
    Environment(session).run("ruff", "check", *(session.posargs or ["."]))


@nox.session(name="format-check")
def format_check(session: nox.Session) -> None:
    """Show what ``make format`` would format."""
    Environment(session).run("ruff", "format", "--diff", *(session.posargs or ["."]))


@nox.session(default=False, name="format")
def format_(session: nox.Session) -> None:
    """Format the Python files and fix what can be fixed."""
    environment = Environment(session)
    environment.run("ruff", "format", *(session.posargs or ["."]))
    environment.run("ruff", "check", "--fix", *(session.posargs or ["."]))
    environment.run("ruff", "format", *(session.posargs or ["."]))


@nox.session
def mypy(session: nox.Session) -> None:
    """Check the types, strictly."""
    options = [f"--config-file={ROOT / '.mypy.ini'}", f"--cache-dir={ROOT / '.mypy_cache'}"]
    sources = [str(COLLECTION.relative_to(COLLECTIONS) / file) for file in files("*.py")]
    # The lab's programs and tests import each other from their own folder, as they do when they are run.
    lab = COLLECTION / "lab"
    roots = [COLLECTIONS, lab, lab / "camera", lab / "modem", COLLECTION / "scripts", COLLECTION / "tests" / "lab"]
    with session.chdir(COLLECTIONS):
        Environment(session).run("mypy", *options, *sources, MYPYPATH=os.pathsep.join(map(str, roots)))


@nox.session
def shellcheck(session: nox.Session) -> None:
    """Check the shell scripts: routers and /bin/sh run POSIX shell, only the CI's entry point is bash."""
    if shutil.which("shellcheck") is None:
        skip(session, "shellcheck is missing, see what `make setup` says")
    for shell, scripts in shell_scripts().items():
        session.run("shellcheck", f"--shell={shell}", *(str(script) for script in scripts))


def shell_scripts() -> dict[str, list[pathlib.Path]]:
    """Return the shell scripts by dialect: what ends in ``.sh`` or says so in its first line."""
    scripts: dict[str, list[pathlib.Path]] = {"bash": [], "dash": []}
    for file in files():
        with (ROOT / file).open("rb") as stream:
            first = stream.readline()
        if re.match(rb"#!.*\bbash\b", first):
            scripts["bash"].append(file)
        elif file.suffix == ".sh" or re.match(rb"#!.*\bsh\b", first):
            scripts["dash"].append(file)
    return scripts


@nox.session
def docs(session: nox.Session) -> None:
    """Check the documentation of plugins and roles, and every reference in it."""
    options = ["--plugin-docs", "--validate-collection-refs=all", "--check-extra-docs-refs"]
    Environment(session).run("antsibull-docs", "lint-collection-docs", *options, ".")


@nox.session
def changelog(session: nox.Session) -> None:
    """Check the changelog and its fragments."""
    environment = Environment(session)
    environment.run("antsibull-changelog", "lint")
    environment.run("antsibull-changelog", "lint-changelog-yaml", "changelogs/changelog.yaml")


@nox.session(name="build-import-check")
def build_import_check(session: nox.Session) -> None:
    """Build the collection and let galaxy-importer do what Galaxy does with an upload; its errors are failures here."""
    environment = Environment(session, "galaxy-importer")
    with tempfile.TemporaryDirectory(prefix="farsite-build-") as place:
        # A copy: the sessions beside this one make and remove files in the checkout while it would be read.
        tree = pathlib.Path(place, "tree")
        copy(tree)
        environment.run("ansible-galaxy", "collection", "build", "--output-path", place, str(tree))
        (archive,) = pathlib.Path(place).glob("*.tar.gz")
        with session.chdir(place):
            settings = str(ROOT / "tests" / "galaxy-importer.cfg")
            said = environment.answer("-m", "galaxy_importer.main", archive.name, GALAXY_IMPORTER_CONFIG=settings)
    session.log(said)
    if "ERROR" in said:
        session.error("galaxy-importer finds errors")


@nox.session(name="license-check")
def license_check(session: nox.Session) -> None:
    """Check that each file says its licence, in itself or in ``REUSE.toml``."""
    # reuse asks git only once what it ignores: of the checkout it would also check the caches that the sessions beside
    # this one make meanwhile. Hence a copy.
    with tempfile.TemporaryDirectory(prefix="farsite-licences-") as place:
        copy(pathlib.Path(place))
        Environment(session).run("reuse", "--root", place, "--no-multiprocessing", "lint", *session.posargs)


@nox.session(name="ansible-lint")
def ansible_lint(session: nox.Session) -> None:
    """Lint roles, playbooks and scenarios by the rules for production (see ``.ansible-lint``)."""
    Environment(session).run("ansible-lint", *session.posargs)


# The sessions of antsibull-nox (see antsibull-nox.toml) find their tools on the PATH.
os.environ["PATH"] = f"{pathlib.Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
antsibull_nox.load_antsibull_nox_toml()
