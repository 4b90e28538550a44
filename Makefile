# Two commands for people: make run, make test. The rest is what they are made of.
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin

.PHONY: run install install-test test lint bench lock catalogues

run: install
	@YOUTHVOICE_MODE=$${YOUTHVOICE_MODE:-development} $(RUN)/python app.py

install: $(VENV)/.installed

$(VENV)/bin/python:
	@$(PYTHON) -m venv --without-pip $(VENV)

$(VENV)/.installed: requirements.txt $(VENV)/bin/python
	@$(PYTHON) -m pip --disable-pip-version-check --python $(VENV)/bin/python install --quiet --require-hashes -r requirements.txt
	@$(MAKE) --no-print-directory catalogues
	@touch $@

install-test: $(VENV)/.installed-test

$(VENV)/.installed-test: requirements-test.txt $(VENV)/.installed
	@$(PYTHON) -m pip --disable-pip-version-check --python $(VENV)/bin/python install --quiet --require-hashes -r requirements-test.txt
	@touch $@

catalogues:
	@! ls translations/*/LC_MESSAGES/*.po >/dev/null 2>&1 || $(RUN)/pybabel --quiet compile --directory translations

lint: install-test
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .
	$(RUN)/mypy
	$(RUN)/lint-imports

test: install-test catalogues lint
	$(RUN)/python -m pytest --ignore tests/journeys -n 2 --dist worksteal
	$(RUN)/python -m pytest tests/journeys -n 2 --dist worksteal

bench: install-test catalogues
	@$(RUN)/python -m benchmarks

lock:
	@$(RUN)/python tests/house/lock.py

# For whoever changes tables: write the newest migration anew, against a database that has all earlier ones.
migration:
	@$(RUN)/python -m tests.house.migration

# For whoever changes words: bring every catalogue up to date with the code.
words:
	@$(RUN)/pybabel --quiet extract --sort-by-file --no-location --omit-header --no-wrap -F translations/babel.cfg -k _ -k _l -k lazy_gettext -o translations/messages.pot .
	@for po in translations/*/LC_MESSAGES/messages.po; do $(RUN)/pybabel --quiet update --no-wrap --ignore-pot-creation-date --no-fuzzy-matching --ignore-obsolete -i translations/messages.pot -o $$po -l $$(echo $$po | cut -d/ -f2); done
