# Every verb of the project; each works from a clean checkout. `make help` lists them.
PYTHON ?= python3
SET_UP = $(PYTHON) -m bootstrap
BIN := .venv/bin
ENGINE := .venv-rasa/bin/python
PYTEST := $(BIN)/python -m pytest
FAST := not engine and not processes and not browser
STORE_TESTS := $(wildcard tests/integration/test_store_*.py tests/integration/test_filing_*.py)

.PHONY: help run test test-core soak train bench check eval lock widget screenshots

help: ## list the verbs
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "make %-12s %s\n", $$1, $$2 }'

run: ## set up, train, migrate and start everything; Ctrl-C stops it
	@$(SET_UP) service engine
	@$(BIN)/python -m launcher run

test: ## everything the tests need, then all tests
	@$(SET_UP) dev engine
	@$(BIN)/python -m launcher train
	$(PYTEST) -n 2 --dist loadfile -m "not soak"

test-core: ## the fast half: no engine, no browser, within a minute
	@$(SET_UP) dev
	$(PYTEST) -n 2 -m "$(FAST)" tests/unit $(STORE_TESTS)

soak: ## the long half: many more examples and walks, kills over and over, mutants of the policy
	@$(SET_UP) dev engine
	@$(BIN)/python -m launcher train
	$(PYTEST) -n 2 --timeout 3600 --hypothesis-profile soak tests/unit
	$(PYTEST) -n 2 --timeout 3600 tests/ledger
	for round in 1 2 3 4 5; do $(PYTEST) tests/crash || exit 1; done
	$(PYTEST) tests/conversations tests/browser
	$(BIN)/mutmut run
	$(BIN)/mutmut export-cicd-stats
	$(BIN)/python -m tests.mutation

train: ## train the model when it is missing or older than what it is trained from
	@$(SET_UP) service engine
	@$(BIN)/python -m launcher train

eval: ## how well kept-back sentences are understood; writes docs/understanding/
	@$(SET_UP) service engine
	@$(BIN)/python -m launcher train
	@$(ENGINE) -m rasa_ext evaluate docs/understanding

bench: ## how fast the engine is beside stock Rasa, and a whole answer
	@$(SET_UP) dev engine
	@$(BIN)/python -m launcher train
	$(ENGINE) benchmarks/engine_encoder.py
	$(BIN)/python -m benchmarks.engine_against_stock
	REFUNDS_VAR=$(CURDIR)/var/bench $(BIN)/python -m launcher during $(BIN)/python -m benchmarks.answers
	REFUNDS_VAR=$(CURDIR)/var/bench $(BIN)/python -m launcher during $(BIN)/python -m benchmarks.first_answer

check: ## lint, types, import rules, training data, policy and world
	@$(SET_UP) dev engine
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m launcher.training_data
	$(BIN)/refunds policy check
	$(BIN)/python -m sandbox.check_world sandbox/world.json
	$(BIN)/python -m launcher.widget
	@! grep -nE '://|^-' requirements/*.txt || { echo "requirement files must carry no address and no option"; exit 1; }

widget: ## build the chat widget anew (needs Node 20 or newer)
	@$(SET_UP) dev
	$(BIN)/python -m launcher.widget build

screenshots: ## picture the widget's main states into docs/images (needs chromium and a CJK font)
	@$(SET_UP) dev engine
	@$(BIN)/python -m launcher train
	$(BIN)/python -m tests.browser.screenshots

lock: ## pin the requirement files anew from pyproject.toml
	@$(PYTHON) -m bootstrap.lock
