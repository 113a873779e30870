# Two words are enough: `make demo` shows the program, `make test` runs everything that CI runs.
PYTHON ?= python3
BIN := .venv/bin
# Tests wait for terminals and child processes much of their time: one more worker than processors.
WORKERS ?= $(shell expr `nproc 2>/dev/null || echo 1` + 1)
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: demo test format lint types contract tests coverage pictures bench clean

.venv/.made:
	@$(PYTHON) -c 'import sys; sys.exit("importlog-tui needs Python 3.11 or newer; say which with: make PYTHON=python3.12 ...") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv .venv
	touch $@

.venv/.program: .venv/.made pyproject.toml constraints.txt
	@echo 'Installing into .venv, once; this takes half a minute.'
	$(PIP) --editable .
	touch $@

.venv/.developer: .venv/.made pyproject.toml constraints.txt
	$(PIP) --editable '.[dev]'
	touch $@

demo: .venv/.program
	$(BIN)/importlog-tui demo

test: lint types contract tests

format: .venv/.developer
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix-only --quiet .

lint: .venv/.developer
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: .venv/.developer
	$(BIN)/mypy

contract: .venv/.developer
	$(BIN)/lint-imports

tests: .venv/.developer
	$(BIN)/pytest --numprocesses $(WORKERS) --dist worksteal

# Which lines no test runs; it takes half as long again as the tests alone.
coverage: .venv/.developer
	$(BIN)/pytest --numprocesses $(WORKERS) --cov --cov-report term:skip-covered

pictures: .venv/.developer
	$(BIN)/python tools/pictures.py

# Installs nothing but the project's own tools; it measures against the peers that it finds (bench/README.md names them).
bench: .venv/.developer
	$(BIN)/python -m bench

clean:
	rm -rf .venv .coverage .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
