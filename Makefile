# The project's tasks. `make demo` and `make test` set up everything they need.
PYTHON ?= python3
BIN := .venv/bin
# Tests in the browser wait more than they work: twice as many processes as processors.
WORKERS ?= $(shell $(PYTHON) -c "import os; print(2 * (os.cpu_count() or 1))")

.PHONY: demo serve test lint types clean

.venv/ready: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --editable . --group dev
	@touch .venv/ready

# Where there is a C compiler the reading of cables is compiled; see tools/compiling.py.
.venv/compiled: .venv/ready tools/compiling.py $(wildcard src/reftel/cable/*.py src/reftel/statements/*.py)
	$(BIN)/python tools/compiling.py
	@touch .venv/compiled

# Chromium and axe-core, for the tests of the reader; without them those are skipped.
.venv/browser: .venv/ready tools/browser.sh tests/browsing/package.json
	tools/browser.sh
	@touch .venv/browser

demo: .venv/compiled ## read the sample archive, search it, show one cable
	$(BIN)/reftel ingest samples --archive demo
	$(BIN)/reftel search harbour --archive demo --limit 5
	$(BIN)/reftel show 07MARENGO212 --archive demo

serve: demo ## open the sample archive in the browser
	$(BIN)/reftel serve --archive demo --open

test: .venv/compiled .venv/browser lint types ## everything CI runs
	$(BIN)/pytest -n $(WORKERS)

lint: .venv/ready
	$(BIN)/ruff check src tests bench docs tools
	$(BIN)/ruff format --check src tests bench docs tools

types: .venv/ready
	$(BIN)/mypy

clean:
	$(PYTHON) tools/compiling.py --remove
	rm -rf .venv demo tests/browsing/node_modules
