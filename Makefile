# Four steps for a newcomer: clone, `make run`, open the address, `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
LANGUAGES := $(notdir $(patsubst %/,%,$(dir $(wildcard campaign/languages/*/language.toml))))
AWAITS := \# Translated by machine: it awaits review by a native speaker.
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard campaign/languages/*/messages.po))
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all:

.PHONY: help run demo test whole check bench paths axe torture drill fuzz lists lint types words pictures screens fonts libraries security reliability lock audit clean

help: ## List what make can do
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/run $(CATALOGUES) ## Start the site on http://127.0.0.1:8000 (PORT=… for another)
	@$(BIN)/python -m campaign serve --seed seeds/january-2022 --port $(PORT)

demo: $(VENV)/run $(CATALOGUES) ## Start a demonstration, to try everything: it prints how each role signs in
	@$(BIN)/python -m campaign demo --port $(PORT)

test: $(VENV)/dev $(CATALOGUES) lint types check ## Linters, types, the packs and the quick tests (eight minutes; ARGS="tests/letters" for all of one folder)
	$(BIN)/python -m pytest -n auto --dist worksteal $(or $(ARGS),-m "not slow")

whole: $(VENV)/dev $(CATALOGUES) lint types check ## The same with every test (an hour or two on two cores)
	$(BIN)/python -m pytest -n auto --dist worksteal

check: $(VENV)/run ## Check every pack under seeds/
	@for pack in seeds/*/; do $(BIN)/python -m campaign check $$pack || exit 1; done

lint: $(VENV)/dev ## Style, known mistakes, and who may import whom
	@$(BIN)/ruff check --quiet . && $(BIN)/ruff format --check --quiet .
	@$(BIN)/lint-imports --no-logo --no-cache

types: $(VENV)/dev ## Types
	@$(BIN)/mypy

bench: $(VENV)/dev $(CATALOGUES) ## Speed, as ratios measured in one run (ARGS="--against COMMIT")
	@$(BIN)/python -m tests.benchmarks $(ARGS)

paths: $(VENV)/dev $(CATALOGUES) ## Four paths of a supporter in a browser: taps, screens, bytes, paint (ARGS="--against COMMIT")
	@CHROMIUM="$(CHROMIUM)" $(BIN)/python -m tests.benchmarks.paths $(ARGS)

axe: $(VENV)/dev $(CATALOGUES) ## Every public page in every language by axe, light and dark, 360 and 1280 px (half an hour)
	@CHROMIUM="$(CHROMIUM)" $(BIN)/python -m tests.browser.axe $(ARGS)

torture: $(VENV)/dev $(CATALOGUES) ## Kills, power cuts, timing and slow clients at length (an hour; ARGS="--only power")
	@$(BIN)/python -m tests.reliability $(ARGS)

drill: $(VENV)/dev $(CATALOGUES) ## Back up, wipe and restore a small site, on both engines (a minute)
	@$(BIN)/python -m pytest tests/test_backup.py -k "another_engine or erased_since or consistent"

fuzz: $(VENV)/dev $(CATALOGUES) ## Hostile input for every parser (ten minutes; ARGS="--minutes 60 --only yaml")
	@$(BIN)/python -m tests.fuzz $(ARGS)

lists: $(VENV)/dev ## 100,000 generated lists, whole and damaged: no row is lost (ten minutes; ARGS=1000 for fewer)
	@$(BIN)/python -m tests.spreadsheets.generated $(or $(ARGS),100000)

words: $(VENV)/run ## Collect the interface's words into campaign/languages/
	@$(BIN)/pybabel -q extract -F pyproject.toml -k _l -k Message -k Plural:1,2 -o campaign/languages/messages.pot --no-location --sort-output --width 100 .
	@for l in $(LANGUAGES); do po=campaign/languages/$$l/messages.po; locale=$$(echo $$l | tr - _); \
		test -f $$po || { $(BIN)/pybabel -q init --width 100 -i campaign/languages/messages.pot -o $$po -l $$locale; \
			sed -i.bak -e '1s/.*/$(AWAITS)/' -e '2,/^msgid/{/^#/d;}' $$po; }; \
		$(BIN)/pybabel -q update --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width 100 -i campaign/languages/messages.pot -o $$po -l $$locale; \
		sed -i.bak -E '/^"(Project-Id|Report-Msgid|POT-Creation|PO-Revision|Last-Trans|Language-Team|Generated-By)/d; 1{/^$$/d;}' $$po; \
		rm $$po.bak; done

pictures: $(VENV)/dev $(CATALOGUES) ## Take the README's and the handbook's pictures from a running site
	@CHROMIUM="$(CHROMIUM)" $(BIN)/python -m tests.pictures

screens: $(VENV)/dev $(CATALOGUES) ## Pictures of every page of the demonstration, to look at (ARGS="FOLDER"; an hour)
	@CHROMIUM="$(CHROMIUM)" $(BIN)/python -m tests.browser.screens $(ARGS)

fonts: $(VENV)/dev ## Cut the fonts of the pages from the whole files, by script and weight
	@$(BIN)/python -m tests.fonts

libraries: $(VENV)/dev ## Make the libraries of the trustees' page again, from their packages (needs npm and the network)
	@$(BIN)/python -m tests.libraries

security: $(VENV)/dev ## Each line of the security standard with the tests that hold it
	@$(BIN)/python -m tests.security

reliability: $(VENV)/dev ## Each rule of the reliability standard with the tests and runs that hold it
	@$(BIN)/python -m tests.reliability.rules

lock: $(VENV)/dev ## Pin the dependencies again, with hashes; write the SBOM and the list of licences
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header requirements.in -o requirements.txt
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header requirements-dev.in -o requirements-dev.txt
	@$(PIP) -r requirements.txt && $(PIP) -r requirements-dev.txt
	@$(BIN)/python -m tests.licences

audit: $(VENV)/dev ## Known holes in the dependencies; fails when it could not look (needs the network)
	@$(BIN)/python -m pip_audit --strict --disable-pip --require-hashes --progress-spinner off -r requirements.txt -r requirements-dev.txt

clean: ## Remove what make made (never the data under instance/)
	rm -rf $(VENV) .fuzz .pytest_cache .mypy_cache .ruff_cache $(CATALOGUES)

$(VENV)/run: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo 'Campaign needs Python 3.11 or newer.'; exit 1; }
	@test -x $(BIN)/python || { echo 'Making the virtual environment (once) …'; $(PYTHON) -m venv $(VENV); }
	@$(PIP) -r requirements.txt
	@touch $@

$(VENV)/dev: $(VENV)/run requirements-dev.txt
	@echo 'Installing what the tests need (once) …'
	@$(PIP) -r requirements-dev.txt
	@touch $@

%.mo: %.po | $(VENV)/run
	@$(BIN)/python -c "import sys; from campaign.languages.catalogues import compile_outdated; sys.exit('\n'.join(compile_outdated()) or None)"
