# Cheyu from a bare checkout: Python 3.11 or newer (with venv and pip) and make are all it needs.

SHELL := /bin/sh
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
LOCKED := --require-hashes --no-deps
WORKERS ?= auto

.DEFAULT_GOAL := help
.PHONY: help demo test bench lint lock

help: ## show what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(BIN)/cheyu ## start an embedded dealership with demo data; stop it with Ctrl-C
	@$(BIN)/cheyu demo

test: .venv/.dev $(BIN)/cheyu ## lint, type-check and run every test, with PostgreSQL and a browser
	$(BIN)/python -m tests.chromium
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/python -m pytest -n $(WORKERS) --maxprocesses=4 --cov --cov-report=term

bench: .venv/.dev $(BIN)/cheyu ## measure callbacks per second; PEERS=1 adds other frameworks beside it
	@if [ -n "$(PEERS)" ]; then $(PIP) install --no-build-isolation -e '.[peers]'; fi
	$(BIN)/python -m tests.bench

lint: .venv/.dev $(BIN)/cheyu ## format, fix what can be fixed, type-check
	$(BIN)/ruff format
	$(BIN)/ruff check --fix
	$(BIN)/mypy

# Needs uv on the path; nothing else here does.
lock: ## resolve the dependencies anew into the lock files
	uv pip compile -q pyproject.toml --universal --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --no-header -p 3.11 -o requirements.lock
	uv pip compile -q pyproject.toml --extra dev --universal --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-header -p 3.11 -o requirements-dev.lock

# The first interpreter that is new enough; `make PYTHON=…` names another.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	  $$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	  && echo $$p && break; done)

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Cheyu needs Python 3.11 or newer with venv (Debian: apt-get install python3-venv)" >&2; exit 1; }
	$(PYTHON) -m venv .venv

# A stamp is a copy of the lock it stands for: a checkout that only touches the file costs nothing.
.venv/.runtime: requirements.lock | $(BIN)/python
	@cmp -s $< $@ || { echo "installing $<"; $(PIP) install $(LOCKED) -r $<; }
	@cp $< $@

.venv/.dev: requirements-dev.lock | .venv/.runtime
	@cmp -s $< $@ || { echo "installing $<"; $(PIP) install $(LOCKED) -r $<; }
	@cp $< $@

# setuptools comes from the lock, so building the project itself asks no network.
$(BIN)/cheyu: pyproject.toml .venv/.runtime
	@$(PIP) install --no-index --no-build-isolation --no-deps -e .
	@touch $@
