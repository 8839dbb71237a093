# Targets for people who work on plant_itsm. `make demo` and `make test` need Python 3.10+ and PyPI, nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: setup demo test pytest lint types contracts security test-hostile-texts sbom test-outage-week soak chaos bench bench-ageing site-install site-test servers test-faults bench-latency bench-flood bench-intake bench-impact bench-windows test-windows test-gates bench-showback test-impact test-week docs-permissions docs-pictures test-desk clean

setup: $(STAMP) ## the virtual environment with everything that development needs

$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("plant_itsm needs Python 3.10 or newer, this is " + sys.version.split()[0] \
		+ ": name another one with make PYTHON=...") if sys.version_info < (3, 10) else None'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "no virtual environment could be made: install the package python3-venv, or name another Python" \
		"with make PYTHON=..." >&2; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[embedded,dev]'
	@touch $@

demo: $(STAMP) ## use cases 1 and 2 with real traffic; results in out/demo
	$(BIN)/plant-itsm demo

test: lint types contracts pytest site-test ## everything; the site suite where a bench is found

lint: $(STAMP)
	$(BIN)/ruff check apps tests
	$(BIN)/ruff format --check apps tests

types: $(STAMP)
	$(BIN)/mypy

contracts: $(STAMP) ## which layer may import which
	$(BIN)/lint-imports

servers: ## a broker and a Redis for the tests, where this user may install them
	@bench-config/ensure-test-servers

security: $(STAMP) ## what scanners and our own rules find in the code, and known holes in what it depends on
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive apps/plant_itsm
	$(BIN)/pytest -q tests/security
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'pip-audit>=2.7'
	@.ci/audit-packages $(BIN)
	.ci/scan-frappe-rules out

test-hostile-texts: ## a script in every text of a site's records; does a page of ours, or a form, run it? Chromium says
	bench-config/hostile-texts

sbom: $(STAMP) ## out/sbom.json: everything that is installed with it, as CycloneDX
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'cyclonedx-bom>=4'
	@mkdir -p out
	$(BIN)/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible --output-file out/sbom.json $(BIN)/python
	@echo out/sbom.json

pytest: $(STAMP) servers
	$(BIN)/pytest -q --numprocesses auto --maxprocesses 4 --dist loadfile

site-install: ## put this tree on an existing bench: make site-install SITE=plant.localhost
	bench-config/install-on-bench $(SITE)

site-test: ## the site suite, on $$FRAPPE_BENCH or ~/frappe-bench
	bench-config/site-suite

test-faults: $(STAMP) servers ## every fault with 10,000 signals and three seeds; out/faults/report.md
	$(BIN)/python -m tests.faults.full

bench-latency: $(STAMP) ## publish -> ticket committed, against a bare ticket insert; on a site where a bench is found
	$(BIN)/python -m tests.benchmarks.latency
	bench-config/site-latency

bench-flood: $(STAMP) ## 10,000 alarms in a second become one ticket per root, against one ticket per alarm; on a site, too
	$(BIN)/python -m tests.benchmarks.flood
	bench-config/site-flood

bench-intake: $(STAMP) servers ## signals per second from the wire to the stream and into records, against bare clients
	$(BIN)/python -m tests.benchmarks.intake

bench-impact: $(STAMP) ## the impact engine against networkx and rustworkx, 1k to 100k CIs
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[benchmarks]'
	$(BIN)/python -m tests.benchmarks.impact

test-windows: $(STAMP) ## the window finder against trying every minute on 1,000 random calendars
	CHANGE_CALENDARS=1000 $(BIN)/pytest -q tests/domain/test_change_finder.py

test-gates: ## every gate of OT changes without each part, by each way, as each role, on a site: many minutes
	bench-config/site-gates

bench-windows: ## the window finder a year ahead, 200 windows and 500 changes, on a site
	bench-config/site-windows

bench-showback: ## a year's costs out of a million entries, against GROUP BY and pandas, on a site
	bench-config/site-showback

test-week: $(STAMP) ## the scripted week with a flood of 10,000 alarms from 800 CIs; on a site where a bench is found
	WEEK=full $(BIN)/pytest -q tests/week
	bench-config/site-week

test-outage-week: $(STAMP) servers ## a week without the site at 100 signals per second, then all handed on: hours; WEEK_RATE=1 is minutes
	$(BIN)/python -m tests.gateway.week

soak: $(STAMP) servers ## SOAK_RATE signals per second for SOAK_MINUTES; memory by regression; out/soak/report.md
	$(BIN)/python -m tests.endurance.soak

chaos: $(STAMP) servers ## random faults that overlap, round after round for CHAOS_MINUTES; out/chaos/report.md
	$(BIN)/python -m tests.endurance.chaos

bench: $(STAMP) servers ## every benchmark that needs no site, with the machine and the versions; out/benchmarks/all.md
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[benchmarks]'
	$(BIN)/python -m tests.benchmarks.all

bench-ageing: $(STAMP) ## the register of ends of life and the weekly fits, over 5,000 CIs
	$(BIN)/python -m tests.benchmarks.ageing

test-impact: $(STAMP) ## 1,000 failed sets on each generated plant, up to 100k CIs, against the plain rules: many minutes
	IMPACT_SETS=1000 $(BIN)/pytest -q tests/domain/test_impact_engine.py

docs-permissions: $(STAMP) ## docs/permissions.md out of the DocTypes and the table of methods
	$(BIN)/python -m tests.docs.permission_matrix

docs-pictures: ## the pictures of docs/desk.md, from a site of $$FRAPPE_BENCH or ~/frappe-bench
	bench-config/desk-pictures

test-desk: ## the Desk in Chromium, with axe-core, on a site of $$FRAPPE_BENCH or ~/frappe-bench
	bench-config/desk-tests

clean:
	rm -rf $(VENV) out .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
