# The index of habits. `make demo` and `make test` set everything up by themselves.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

SITES    ?= 558
ACCOUNTS ?= 5411

.PHONY: help setup demo test check format docs bench lock clean

help:            ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

$(READY): requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	touch $(READY)

setup: $(READY)  ## make the environment in .venv

demo: setup      ## rehearse a whole round on loopback and write demo/out/ (SITES=, ACCOUNTS=)
	$(BIN)/monitor demo --sites $(SITES) --accounts $(ACCOUNTS) --out demo

test: setup      ## run all tests
	$(BIN)/python -m pytest

check: setup     ## ruff, mypy --strict, import-linter, deptry
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .

format: setup    ## put the code into shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: setup      ## write docs/indicators and the tables of docs anew from the code
	$(BIN)/python -m checks.reference docs/indicators
	$(BIN)/python tests/docs/docs_tables.py

bench: setup     ## compare the crawl with its peers and write benchmarks/results.json
	$(BIN)/python -m benchmarks

lock:            ## write requirements.lock anew from pyproject.toml
	rm -rf .lockenv
	$(PYTHON) -m venv .lockenv
	.lockenv/bin/python -m pip install --quiet --upgrade pip
	.lockenv/bin/python -m pip install --quiet . --group test --group quality
	.lockenv/bin/python -m pip freeze --exclude compliance-monitor > requirements.lock
	rm -rf .lockenv

clean:           ## remove what the demo and the tools left behind
	rm -rf demo benchmarks/.venvs .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage
