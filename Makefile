# `make help` names what people use. The rest is what that is made of.
SHELL := bash
.SHELLFLAGS := -o pipefail -c
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin
# More than two cores: deadlines, servers and browsers are waited for. Beside each other both took longer than in turn.
TESTS_AT_ONCE ?= 3
JOURNEYS_AT_ONCE ?= 4
# The example is for development, unless the environment or the file .env says otherwise.
MODE = $${YOUTHVOICE_MODE:-$$(grep -qsE '^[^\#]*YOUTHVOICE_MODE[[:space:]]*=' .env || echo development)}
IN_MODE = mode="$(MODE)"; $${mode:+env YOUTHVOICE_MODE="$$mode"}
PIP = $(PYTHON) -m pip --disable-pip-version-check --python $(VENV)/bin/python install --progress-bar off --require-hashes
# Of all that pip says, the name of each package when its turn comes.
NAMES = awk '/^Collecting / { sub(/[=<>;\[].*/, "", $$2); print "  " $$2; fflush() }'

.PHONY: help run tablet fresh install install-test test units compiled compiled-units journeys test-long test-postgresql lint bench drill release deb image docs kit lock catalogues migration screens voices words

# `make` alone runs the example, wherever a rule stands.
.DEFAULT_GOAL := run

help:  ## say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-16s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

run: install  ## install, make an example site, and serve it on http://127.0.0.1:8000
	@$(IN_MODE) $(RUN)/python app.py

# Another link that makes a browser the example's tablet, in a second terminal while make run serves.
tablet: install  ## another link that makes a browser the example's tablet
	@$(IN_MODE) $(RUN)/youthvoice tablet

# Take away the example with everything that was done in it; says what will be gone, and asks.
fresh: install  ## take the example away with everything done in it; asks first
	@$(IN_MODE) $(RUN)/python -m youthvoice.example.fresh

install: $(VENV)/.installed $(RUN)/youthvoice  ## what is needed to run, into .venv

$(VENV)/bin/python:
	@echo "Making $(VENV), a folder for what the house needs; nothing is installed outside of it."
	@$(PYTHON) -m venv --without-pip $(VENV)

$(VENV)/.installed: requirements.txt $(VENV)/bin/python
	@echo "Fetching and installing $$(grep -c '==' requirements.txt) packages. This happens once and takes one to two minutes."
	@$(PIP) -r requirements.txt | $(NAMES)
	@echo "Compiling the words of every language."
	@$(MAKE) --no-print-directory catalogues
	@touch $@

install-test: $(VENV)/.installed-test $(RUN)/youthvoice  ## what the tests need, too

# Every paper and message names commands by it, as the packages do.
$(RUN)/youthvoice: scripts/youthvoice.sh $(VENV)/bin/python
	@cp scripts/youthvoice.sh $@

# Holds what runs, too. Nothing is compiled beforehand that no test imports: half of the time.
$(VENV)/.installed-test: requirements-test.txt requirements.txt $(VENV)/bin/python
	@echo "Fetching and installing $$(grep -c '==' requirements-test.txt) packages for the house and its tests, once."
	@$(PIP) --no-compile -r requirements-test.txt | $(NAMES)
	@$(MAKE) --no-print-directory catalogues
	@touch $(VENV)/.installed $@

catalogues:  ## compile the words of every language
	@for name in child messages starters; do ! ls translations/*/LC_MESSAGES/$$name.po >/dev/null 2>&1 || $(RUN)/pybabel --quiet compile --directory translations --domain $$name || exit; done

lint: install-test  ## style, types, import contracts
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .
	$(RUN)/mypy
	$(RUN)/lint-imports

# Python may keep what it compiled: servers and commands that tests start need not compile the house each time.
test test-postgresql: export PYTHONDONTWRITEBYTECODE =

test: install-test catalogues  ## every check and every test
	@$(MAKE) --no-print-directory --jobs 2 lint compiled-units
	@$(MAKE) --no-print-directory journeys

compiled-units: compiled
	@$(MAKE) --no-print-directory units

# One reads all that tests import, the libraries too, before every worker would compile it for itself; beside `lint`.
compiled:
	@$(RUN)/python -m pytest -q --collect-only -n 0 > /dev/null || true  # what cannot be read, units say
	@$(RUN)/python -c 'import youthvoice.surveys.analysis.process'  # which tests import late

units:
	$(RUN)/python -m scripts.run_tests tests --ignore tests/journeys -n $(TESTS_AT_ONCE) --dist worksteal

journeys:
	$(RUN)/python -m scripts.run_tests tests/journeys -n $(JOURNEYS_AT_ONCE) --dist worksteal

# A village tablet in Debian's Firefox, late or stuck sheets, the next child, a tablet's life, a box beside its main server, every figure in small, the wheel;
# every page of adults in Hindi on a narrow screen, every child's page by axe and by ear in three languages;
# whether any byte that anybody sees moves when a late sheet comes.
LONG := tests/benchmarks tests/attacks/voices/test_who_speaks.py tests/privacy/disclosure/test_change_verdicts.py tests/structure/test_package.py tests/printing/test_composition.py tests/attacks/disclosure/test_every_late_sheet.py tests/attacks/disclosure/test_crawl.py tests/attacks/disclosure/test_whole_site.py tests/surveys/questionnaires/test_hostile_files.py $(addprefix tests/attacks/intruders/,test_other_site.py test_staff_forms.py test_staff_side.py) $(addprefix tests/journeys/,test_by_ear.py test_every_page.py test_offline_in_firefox.py test_offline_late.py test_offline_next_child.py test_offline_stuck.py test_tablet_life.py test_tablet_worker.py test_village_box.py)
# What `make test` claims in one language, of one size, kind or line, in all others; and walks that repeat what others claim.
BREADTH = $(filter-out $(LONG),$(shell grep -rlE '^from tests\.support\.long_tests import|browsers\.LONG\b' tests --include='test_*.py'))
test-long: install-test $(VENV)/.installed-release $(VENV)/.installed-docs catalogues  ## what takes longer: Firefox (apt-get install firefox-esr espeak-ng; pip install pocketsphinx), a village box, every language, figures
	LONG_TESTS=1 $(RUN)/python -m pytest $(LONG)
	LONG_TESTS=1 $(RUN)/python -m pytest $(BREADTH) -n $(JOURNEYS_AT_ONCE) --dist worksteal
	LONG_TESTS=1 $(RUN)/python -m pytest -m dialect --ignore tests/journeys -n $(TESTS_AT_ONCE) --dist worksteal

# Every unit test once more, on PostgreSQL: what is not marked `dialect` runs on SQLite alone in make test.
test-postgresql: install-test catalogues  ## every unit test on PostgreSQL
	TESTS_DATABASE=postgresql $(RUN)/python -m pytest --ignore tests/journeys -n $(TESTS_AT_ONCE) --dist worksteal

bench: install-test catalogues  ## speed and size, one figure a line
	@$(RUN)/python -m benchmarks

# As root, with Debian's postgresql-17, valkey-server and nginx-light; in four minutes. DRILL_LOGS=FOLDER keeps what each process said.
drill: install-test catalogues  ## break one part after another under load: what is acknowledged stays
	@$(RUN)/python -m scripts.drill

# What is committed, with a list of parts and checksums, the same bytes wherever it is made.
release: $(VENV)/.installed-release  ## what others install: wheel, source archive, Debian packages, image, checksums, in dist/
	@$(RUN)/python -m scripts.release dist

# For the Debian on which it is made: with its own Python, whatever this environment has.
deb: $(VENV)/.installed-release  ## what is committed as Debian packages, a main server and a box in a village, in dist/
	@$(RUN)/python -m scripts.debian_package dist

# As root, with mmdebstrap (apt-get install mmdebstrap): a bare Debian with the package of `make deb`, for podman or docker.
image: deb  ## an OCI image of the package, for podman or docker, in dist/
	@$(RUN)/python -m scripts.oci_image dist/youthvoice_*.deb dist

$(VENV)/.installed-release: requirements-release.txt $(VENV)/bin/python
	@echo "Fetching and installing the $$(grep -c '==' requirements-release.txt) packages with which a release is made."
	@$(PIP) -r requirements-release.txt | $(NAMES)
	@touch $@

# For an organisation that decides, fills in and signs: set by the library with which the program prints.
kit: install-test  ## the papers for an organisation as PDF, their figures as a workbook, in dist/kit
	@$(RUN)/python -m scripts.kit dist/kit

# Nothing on these pages comes from a network; whatever paper names another that is not there ends it.
docs: $(VENV)/.installed-docs  ## the papers as pages for a browser, in dist/docs
	@$(RUN)/python -m scripts.docs_site dist/docs

$(VENV)/.installed-docs: requirements-docs.txt $(VENV)/bin/python
	@echo "Fetching and installing the $$(grep -c '==' requirements-docs.txt) packages with which pages are made of the papers."
	@$(PIP) -r requirements-docs.txt | $(NAMES)
	@touch $@

lock:  ## write the lock files of requirements anew, from pyproject.toml
	@$(RUN)/python -m scripts.lock_requirements

# For whoever changes tables: write the newest migration anew, against a database that has all earlier ones.
migration:  ## write the newest migration anew, after a change of tables
	@$(RUN)/python -m scripts.write_migration

# For whoever changes a text that the example says aloud: needs espeak-ng and ffmpeg; the judges of a changed voice in test-long speak with espeak-ng, too.
voices:  ## the placeholder voices of the example anew
	@$(RUN)/python -m scripts.record_placeholder_voice

# For whoever changes how pages look: open screens/index.html. With --sheets, ten screens of each language for the documents.
screens: install-test catalogues  ## pictures of every screen in every language, side by side
	$(RUN)/python -m tests.journeys.support.screenshots screens --adults --sheets docs/images/screens

# For whoever changes words: bring every catalogue up to date with the code.
words:  ## bring every catalogue up to date with the code
	@$(RUN)/python -m scripts.update_catalogues
