# Every verb of the project; each works from a clean checkout. `make help` lists them.
PYTHON ?= python3
SET_UP = $(PYTHON) -m bootstrap
BIN := .venv/bin
ENGINE := .venv-rasa/bin/python
PYTEST := $(BIN)/python -m pytest
FAST := not engine and not processes and not browser

.PHONY: help run test test-core soak train bench check eval lock model

help: ## list the verbs
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "make %-10s %s\n", $$1, $$2 }'

run: ## set up, train, migrate and start everything; Ctrl-C stops it
	@$(SET_UP) service engine
	@$(BIN)/python -m launcher run

test: ## everything the tests need, then all tests
	@$(SET_UP) dev engine
	@$(BIN)/python -m launcher train
	$(PYTEST) -n 2 --dist loadgroup

test-core: ## the fast half: no engine, no browser, within a minute
	@$(SET_UP) dev
	$(PYTEST) -n 2 -m "$(FAST)" tests/unit tests/integration

train: ## train the model when it is missing or older than what it is trained from
	@$(SET_UP) service engine
	@$(BIN)/python -m launcher train

check: ## lint, types, import rules, training data, policy and world
	@$(SET_UP) dev engine
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m launcher.training_data
	$(BIN)/python -m refunds.policy_files policy
	$(BIN)/python -m sandbox.check_world sandbox/world.json
	@! grep -nE '://|^-' requirements/*.txt || { echo "requirement files must carry no address and no option"; exit 1; }

lock: ## pin the requirement files anew from pyproject.toml
	@$(PYTHON) -m bootstrap.lock
