# Everything a person types. Recipes are plain sh; the work is in carbonfoot/dev.
.DEFAULT_GOAL := help
.PHONY: help run test bench lint format messages openapi manage lock demo-reset clean venv venv-dev
PY := .venv/bin/python
BOOTSTRAP := sh carbonfoot/dev/bootstrap.sh

help: ## list what can be typed
	@echo "carbonfoot: make TARGET"
	@sed -n 's/^\([a-z][a-z-]*\):.*## /  \1|/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-14s %s\n", $$1, $$2 }'

run: venv ## install what is missing, start everything with demo data, print address and accounts (PORT=8000)
	@exec $(PY) -m carbonfoot.dev run

test: venv-dev ## the whole suite on every core, browser tests included; a part of it in one process (ARGS="-k word")
	@$(PY) -m carbonfoot.dev system --for tests
	@exec $(PY) -m pytest $(or $(ARGS),--numprocesses=logical --maxprocesses=8)

bench: ## the engine beside bw2calc and its fastest solver, in .venv-bench (ARGS="--quick")
	@$(BOOTSTRAP) bench
	@exec .venv-bench/bin/python benchmarks/engine.py $(ARGS)

lint: venv-dev ## ruff, mypy, import contracts, migrations, deployment check, message catalogues
	@exec $(PY) -m carbonfoot.dev lint

format: venv-dev ## put code into the project's form
	@$(PY) -m ruff check --fix --quiet . ; exec $(PY) -m ruff format .

openapi: venv ## write the API schema to docs/openapi.yaml
	@$(PY) -m carbonfoot.dev manage spectacular --validate --fail-on-warn --lang en --api-version 1 --file docs/openapi.yaml

messages: venv-dev ## bring the Chinese and English catalogues in line with the sources and compile them
	@exec $(PY) manage.py messages

manage: venv ## a Django command with this folder's servers, running or not (ARGS="audit_verify")
	@exec $(PY) -m carbonfoot.dev manage $(ARGS)

lock: venv-dev ## pin all packages anew, with hashes (UPGRADE=1 for the newest versions)
	@exec $(PY) -m carbonfoot.dev lock $(if $(UPGRADE),--upgrade)

demo-reset: venv ## throw away local data; the next `make run` begins anew
	@exec $(PY) -m carbonfoot.dev demo-reset

clean: ## remove the virtual environment and caches; data in var/ stay
	@rm -rf .venv .venv-bench .venv.lock .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -not -path './var/*' -prune -exec rm -rf {} +

venv:
	@$(BOOTSTRAP) local

venv-dev:
	@$(BOOTSTRAP) dev
