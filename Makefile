# `make demo` and `make test` do all the set-up themselves, from pinned and hashed requirement files.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

.PHONY: help demo test lint check keystone deploy-tools bench kills chaos mutants docs screenshots manifests faults package sbom requirements clean

help:  ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1 · /p' $(MAKEFILE_LIST) | awk -F ' · ' '{ printf "make %-13s %s\n", $$1, $$2 }'

demo: .venv/demo  ## the bot with a Slack and a Huawei Cloud on this machine, in the browser
	$(BIN)/oms-bot demo $(ARGS)

test: .venv/dev keystone deploy-tools  ## all tests
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n 4 --dist loadfile --no-loadscope-reorder $(ARGS)

lint: .venv/dev  ## style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

check: lint test  ## what a commit must pass

keystone: .venv/dev  ## an OpenStack Keystone for the tests that log in at one
	@$(MAKE) --no-print-directory .venv/keystone/ready || echo "Without Keystone, the tests that need it are skipped."

deploy-tools: .venv/dev  ## Helm, hadolint and the schemas of Kubernetes and Compose, for the tests of deploy/
	@$(MAKE) --no-print-directory .venv/deploy/ready || echo "Without them, the tests that need them are skipped."

bench: .venv/dev  ## side by side with the alternatives; writes bench/RESULTS.md
	$(BIN)/python -m bench $(ARGS)

kills: .venv/dev  ## each story once for each point at which the process can die, on both databases; takes long
	OMS_BOT_KILLS=all PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n 4 tests/scenario/test_kill_matrix.py $(ARGS)

chaos: .venv/dev  ## three replicas and all that breaks, counted at Slack and OMS; about a quarter of an hour
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m tests.chaos $(ARGS)

mutants: .venv/dev  ## changes the checks one by one, and lists the changes that no test notices
	rm -rf mutants
	$(BIN)/mutmut run --max-children 2 $(ARGS)
	$(BIN)/mutmut results

docs: .venv/docs/ready  ## the documents as a site: build/site/index.html
	NO_MKDOCS_2_WARNING=1 .venv/docs/bin/mkdocs build --strict --quiet --config-file docs/site/mkdocs.yml

screenshots: .venv/dev  ## the pictures in the documents, from the demo's page and of every card
	$(BIN)/python -m docs.screenshots
	$(BIN)/python -m docs.every_card
	$(BIN)/python -m docs.every_page

manifests: .venv/dev  ## write anew the manifests that the package carries
	$(BIN)/oms-bot manifest > bot/data/manifest.yml
	$(BIN)/oms-bot manifest --public-url https://bot.example.com > bot/data/manifest-http.yml

faults: .venv/dev  ## write anew docs/reference/faults.md, from the table in tests/faults
	$(BIN)/python -m tests.faults.document

package: .venv/package/ready  ## the wheel and the sdist in dist/, built and looked at
	rm -rf dist build/lib
	.venv/package/bin/python -m build --no-isolation . >/dev/null
	.venv/package/bin/twine check --strict dist/*

sbom: .venv/package/ready  ## what the bot is made of, as CycloneDX: dist/oms-bot.cdx.json
	mkdir -p dist
	.venv/package/bin/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible --output-file dist/oms-bot.cdx.json requirements.txt

requirements:  ## pin anew; needs uv
	uv pip compile pyproject.toml $(UV) --output-file requirements.txt
	uv pip compile pyproject.toml --extra sandbox $(UV) --output-file requirements-demo.txt
	uv pip compile pyproject.toml --all-extras --group dev $(UV) --output-file requirements-dev.txt
	uv pip compile --group pyproject.toml:docs $(UV) --output-file requirements-docs.txt
	uv pip compile --group pyproject.toml:package $(UV) --output-file requirements-package.txt
	uv pip compile --group pyproject.toml:keystone $(UV) --output-file requirements-keystone.txt
	uv pip compile --group pyproject.toml:deploy $(UV) --output-file requirements-deploy.txt

UV := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --quiet \
	--custom-compile-command "make requirements" --upgrade

clean:
	rm -rf .venv

.venv/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv .venv
	touch $@

.venv/demo: .venv/python requirements-demo.txt pyproject.toml
	$(PIP) install --require-hashes -r requirements-demo.txt
	$(PIP) install --no-deps --no-build-isolation --editable .
	touch $@

.venv/dev: .venv/python requirements-dev.txt pyproject.toml
	$(PIP) install --require-hashes -r requirements-dev.txt
	$(PIP) install --no-deps --no-build-isolation --editable .
	touch $@ .venv/demo

# docs, package, keystone and deploy have environments of their own.
.venv/%/ready: requirements-%.txt
	$(PYTHON) -m venv .venv/$*
	.venv/$*/bin/python -m pip --quiet --disable-pip-version-check install --require-hashes -r requirements-$*.txt
	touch $@
