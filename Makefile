# The project's tasks. `make demo` and `make test` set up everything they need.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test lint types gate docs bench clean

.venv/ready: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --editable . --group dev
	@touch .venv/ready

demo: .venv/ready ## read the sample archive, search it, show one cable
	$(BIN)/reftel ingest samples --archive demo
	$(BIN)/reftel search harbour --archive demo --limit 5
	$(BIN)/reftel show 07MARENGO212 --archive demo

test: .venv/ready lint types ## everything CI runs
	$(BIN)/pytest -n auto

lint: .venv/ready
	$(BIN)/ruff check src tests bench docs
	$(BIN)/ruff format --check src tests bench docs

types: .venv/ready
	$(BIN)/mypy

clean:
	rm -rf .venv demo
