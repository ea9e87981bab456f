# What a person runs. Needs make, python3 (3.11 or newer) and python3-venv; everything else is fetched into .venv.
.POSIX:
PYTHON = python3
ARGS =

help:
	@echo 'make run     set everything up, then start Duban (ARGS="..." are handed to "duban run")'
	@echo 'make test    run the tests (ARGS="..." are handed to pytest)'
	@echo 'make check   run everything a change must pass: format, lint, imports, types, migrations, all tests'
	@echo 'make schema  write the first migration anew from storage/tables.py (only before the first release)'
	@echo 'make clean   remove .venv and what the tools left behind; never your data'

run: .venv/ready-run
	@.venv/bin/duban run $(ARGS)

test: .venv/ready-dev
	@echo 'Running the tests ...'
	@.venv/bin/pytest -n 2 --dist worksteal $(ARGS)

check:
	@bash .ci/run

schema: .venv/ready-dev
	@.venv/bin/python -m storage.migrations.regenerate

ready: .venv/ready-dev

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis htmlcov .coverage build *.egg-info

# Each holds what it installs, so that a second start installs nothing.
.venv/ready-run: pyproject.toml constraints.txt
	@PACKAGES='.'; $(INSTALL)
	@touch $@

.venv/ready-dev: pyproject.toml constraints.txt
	@PACKAGES='.[dev]'; $(INSTALL)
	@touch .venv/ready-run $@

# Says what it does in a few lines; pip's own output is shown only when something failed.
INSTALL = set -eu; log=.venv/install.log; \
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo 'Duban needs Python 3.11 or newer as "$(PYTHON)". On Debian: apt install python3 python3-venv' >&2; exit 1; }; \
	if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then \
		echo 'Setting up, step 1 of 2: making a Python environment in .venv ...'; \
		$(PYTHON) -m venv --clear .venv || { rm -rf .venv; \
			echo 'That failed. On Debian: apt install python3-venv' >&2; exit 1; }; \
	fi; \
	echo 'Setting up, step 2 of 2: fetching and installing packages (a minute or two the first time) ...'; \
	.venv/bin/python -m pip install --disable-pip-version-check --no-input --progress-bar off \
		-c constraints.txt -e "$$PACKAGES" >$$log 2>&1 & pip=$$!; \
	seconds=0; while kill -0 $$pip 2>/dev/null; do sleep 1; seconds=$$((seconds + 1)); \
		[ $$((seconds % 15)) -ne 0 ] || echo "    still at it after $$seconds seconds ..."; done; \
	wait $$pip || { cat $$log >&2; \
		echo 'Installing failed; pip said why just above. Check the network, then run the same command again.' >&2; \
		exit 1; }; \
	echo 'Ready.'

.PHONY: help run test check schema ready clean
