# Targets for people and for CI; `make` alone lists them.
PYTHON ?= python3.11
BIN := .venv/bin
STAMP := .venv/.installed
LOG := .venv/install.log
FAST := not slow and not fuzz and not fault

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help .venv demo run test test-all check bench clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z.-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.venv: $(STAMP)  ## create or update the environment

# The stamp goes first and comes back last: whatever fails in between is tried again by the next make.
$(STAMP): pyproject.toml constraints.txt
	@rm -f $@
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is not there. Quarterdeck needs Python 3.11 or 3.12: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 2; }
	@echo "Once: an environment in .venv with the libraries of constraints.txt, about 90 packages. That takes one to five minutes."
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --disable-pip-version-check --progress-bar off -c constraints.txt -e '.[dev]' > $(LOG) 2>&1 & \
	pip=$$!; waited=0; while kill -0 $$pip 2>/dev/null; do sleep 1; waited=$$((waited + 1)); \
	  if [ $$((waited % 10)) = 0 ]; then echo "  $$waited s: $$(grep -c '^Collecting' $(LOG)) packages found, $$(grep -E '^ *Downloading|^Installing' $(LOG) | tail -1 | cut -c1-70 | sed 's/^ *//; s/^Installing.*/installing them/')"; fi; done; \
	wait $$pip || { cat $(LOG); exit 1; }
	@echo "The environment is ready."
	@touch $@

demo: $(STAMP)  ## take the tour: no token, no network
	@$(BIN)/quarterdeck demo

run: $(STAMP)  ## run with the terminal console
	@$(BIN)/quarterdeck run --console

test: $(STAMP)  ## run the fast tests
	@echo "The fast tests take 3 to 4 minutes on 2 quiet processors."
	$(BIN)/python -m pytest -n 2 -m "$(FAST)"

test-all: $(STAMP)  ## run every test: fast, slow, fuzz and fault
	$(BIN)/python -m pytest -n 2

check: $(STAMP)  ## lint, format, types, layers, size budget, names, hygiene
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.size_budget
	$(BIN)/python -m tests.names
	$(BIN)/python -m tests.hygiene

bench: $(STAMP)  ## measure what the README claims
	$(BIN)/python -m benchmarks

clean:  ## remove the environment, caches and builds; data/ stays
	rm -rf .venv demo-output dist build .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
