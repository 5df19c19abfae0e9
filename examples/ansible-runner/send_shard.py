# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Send the playbook site for a part of a fleet to an ansible-runner worker, with secrets that are in no file there.

    python3 send_shard.py FOLDER --limit 'sites[0:499]' --ssh-key ~/.ssh/fleet --vault-password ~/.vault |
        ssh worker-1 ansible-runner worker --private-data-dir /dev/shm/shard-1 --delete |
        ansible-runner process runs --ident 2026-11-21-shard-1

`ansible-runner transmit` sends secrets too, but as files of FOLDER/env, which the worker unpacks. Sent from here they
are in the stream alone: the key goes to an ssh-agent of the run, the password is typed in where Ansible asks for it.
docs/sharding.md of the collection says what is in FOLDER.
"""

from __future__ import annotations

import argparse
import os
import pathlib
import shlex
import sys

import ansible_runner

ENVIRONMENT = {
    # Said, since Ansible does not look for it in a folder that is writable by everybody.
    "ANSIBLE_CONFIG": "ansible.cfg",
    # ansible-runner switches that off unless it is said.
    "ANSIBLE_HOST_KEY_CHECKING": "true",
}
PROMPT = r"Vault password:\s*?$"


def main(arguments: list[str]) -> int:
    """Send what the command line says; return the exit code."""
    parser = argparse.ArgumentParser(description="Send the playbook site for a part of a fleet to a worker.")
    parser.add_argument("folder", metavar="FOLDER", help="private data directory: the fleet is in its folder project/")
    parser.add_argument("--limit", required=True, metavar="PATTERN", help="which sites")
    parser.add_argument("--ssh-key", type=pathlib.Path, metavar="FILE", help="private key; else the worker's own")
    parser.add_argument(
        "--vault-password", type=pathlib.Path, metavar="FILE", help="has the vault's password; no program"
    )
    parser.add_argument("--timeout", type=int, metavar="SECONDS", help="after which the worker ends the run")
    parser.add_argument("--forks", type=int, metavar="NUMBER", help="else those of ansible.cfg")
    parser.add_argument("--cmdline", default="", metavar="WORDS", help="more options for ansible-playbook, in one word")
    options = parser.parse_args(arguments)
    if options.vault_password and os.access(options.vault_password, os.X_OK):
        # Ansible would run it; here its text would be taken for the password
        parser.error(f"{options.vault_password} is a program; give a file that has the password itself")
    words = ["--skip-tags=hub", *shlex.split(options.cmdline)]
    secrets = {}
    if options.vault_password:
        words.append("--ask-vault-pass")
        secrets["passwords"] = {PROMPT: options.vault_password.read_text("utf-8").rstrip("\n")}
    if options.ssh_key:
        secrets["ssh_key"] = options.ssh_key.read_text("utf-8")
    sender = ansible_runner.run(
        streamer="transmit",
        private_data_dir=options.folder,
        playbook="farsite.fleet.site",
        limit=options.limit,
        cmdline=shlex.join(words),
        envvars=ENVIRONMENT,
        timeout=options.timeout,
        forks=options.forks,
        suppress_env_files=True,
        **secrets,
    )
    return sender.rc or 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
