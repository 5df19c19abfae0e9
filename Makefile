# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Arguments for the tool behind a target, e.g. make unit ARGS="-k plan"
ARGS =
# The environments are made by .ci/setup and shared by all sessions: nox itself installs nothing.
NOX = .venv/tools/bin/nox
LINT = ruff format-check mypy shellcheck docs changelog ansible-lint yamllint extra-checks license-check build-import-check
PASS = $(if $(ARGS),-- $(ARGS))

.PHONY: help setup test lint format sanity unit lab molecule bench demo demo-clean clean

help: ## show this
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

setup: ## install what the tests need: distribution packages (as root), .venv, .cache
	@.ci/setup

test: setup ## run everything; a table of what ran and what was skipped comes last
	@$(NOX)

lint: setup ## run the linters, type checker, licence, documentation and packaging checks
	@$(NOX) --sessions $(LINT)

format: setup ## format the Python files and fix what ruff can fix
	@$(NOX) --sessions format $(PASS)

sanity: setup ## run ansible-test sanity on both ansible-core versions
	@$(NOX) --sessions sanity $(PASS)

unit: setup ## run the unit tests on both ansible-core versions
	@$(NOX) --sessions unit $(PASS)

lab: setup ## run the tests that need containers
	@$(NOX) --sessions lab $(PASS)

molecule: setup ## run the Molecule scenarios on both ansible-core versions
	@$(NOX) --sessions molecule $(PASS)

bench: setup ## measure the playbook site on hundreds of simulated routers (as root), 20 minutes
	@PYTHONPATH=.cache/collections .venv/core-2.21/bin/python -m ansible_collections.farsite.fleet.bench.sites $(ARGS)

demo: ## show the fleet in containers (as root): from flashed routers to pictures of their cameras
	@.ci/setup demo
	@.venv/demo/bin/python lab/lab_demo.py run

demo-clean: ## remove what the demo made
	@.venv/demo/bin/python lab/lab_demo.py clean

clean: ## remove what setup and the tests made
	rm -rf .ansible .cache .hypothesis .mypy_cache .nox .pytest_cache .ruff_cache .venv tests/output
