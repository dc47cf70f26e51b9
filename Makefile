# `make notebook` sets everything up and opens the inventory notebook; `make test` sets everything
# up and runs the whole suite; `make test-matrix` runs what concerns engines in all of them, and writes
# docs/matrix.md. Every set-up step is a stamp file: a second run starts in seconds.

PYTHON ?= python3
PORT ?= 8900
PSK ?=
DATA ?= build/inventory
# "latest": the newest JupyterLite and Pyodide, with the tour of the package alone.
SITE ?=
SITE_FOLDER := build/site$(if $(SITE),-$(SITE))

PACKAGE := $(shell find pyfetch_requests -type f ! -name '*.pyc') pytest_pyfetch_requests.py pyproject.toml

.PHONY: notebook docs test test-matrix test-requests test-libraries load bench bench-guard bench-cpython bench-inventory bench-site lint format types dist lock clean

notebook: $(SITE_FOLDER)/.stamp build/docs/.stamp .venv-inventory/.stamp
	@.venv-inventory/bin/python -m inventory --port $(PORT) --site $(SITE_FOLDER) --docs build/docs/site $(if $(filter-out none,$(DATA)),--data "$(DATA)") $(if $(PSK),--psk "$(PSK)")

# The site of the documents, in build/docs/site: plain files for any web server.
docs: build/docs/.stamp

test: .venv/.stamp node_modules/.stamp
	.venv/bin/python tools/test.py

test-matrix: .venv/.stamp node_modules/.stamp
	.venv/bin/python tools/matrix.py
	.venv/bin/python tools/requests_suite.py

# requests' own tests, in every engine; writes docs/requests-suite.md. ENGINE=firefox for one of them.
test-requests: .venv/.stamp node_modules/.stamp
	.venv/bin/python tools/requests_suite.py $(ENGINE)

# Jobs with libraries on top of requests; writes the table of docs/install.md.
test-libraries: .venv/.stamp node_modules/.stamp
	.venv/bin/python tools/libraries.py

# What `make test` does of it is a twentieth.
load: .venv/.stamp node_modules/.stamp
	.venv/bin/python tools/test.py tests/load --load-scale=1

# Some 40 minutes; writes docs/benchmarks.md. BENCH="--only overhead --rounds 3" for less.
bench: .venv/.stamp node_modules/.stamp
	.venv/bin/python -m bench $(BENCH)

# Half a minute: counts of what makes a request slow. They are held by `make test`, too.
bench-guard: .venv/.stamp node_modules/.stamp
	.venv/bin/python tools/test.py tests/browser/test_crossings.py tests/browser/test_imports.py \
		--engine chromium --place worker,strict-worker --pyodide 314.0.7

# Over sockets, beside other clients; writes its part of docs/benchmarks.md.
bench-cpython: .venv-bench/.stamp
	.venv-bench/bin/python -m bench.cpython --write $(BENCH)

# Ten minutes; how long the notebook site takes to open. STATES="old=/path/to/a/checkout now=." to compare.
bench-site: .venv/.stamp build/site/.stamp .venv-inventory/.stamp
	.venv/bin/python -m tests.notebook.opening $(STATES)

# Half an hour; writes the figures of docs/inventory.md. BENCH="--times 1 14" for the smaller sizes.
bench-inventory: .venv-inventory/.stamp
	.venv-inventory/bin/python -m inventory.bench $(BENCH)

lint: .venv/.stamp node_modules/.stamp
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	node_modules/.bin/biome check --error-on-warnings

# What lint would complain of and a tool can mend.
format: .venv/.stamp node_modules/.stamp
	.venv/bin/ruff check --fix --exit-zero .
	.venv/bin/ruff format .
	node_modules/.bin/biome check --write

types: .venv/.stamp .cache/pyodide-types/.stamp
	.venv/bin/mypy
	node_modules/.bin/tsc

# The wheel and the sdist, as they are published: built twice, compared, checked, installed, used.
dist: .venv-dist/.stamp node_modules/.stamp
	.venv-dist/bin/python tools/dist.py $(if $(TAG),--tag "$(TAG)")

# --- set-up ---------------------------------------------------------------------------------

.venv/.stamp: requirements/dev.txt tools/environment.py
	@$(PYTHON) tools/environment.py .venv requirements/dev.txt

.venv-bench/.stamp: requirements/bench-cpython.txt tools/environment.py
	@$(PYTHON) tools/environment.py .venv-bench requirements/bench-cpython.txt

.venv-dist/.stamp: requirements/dist.txt tools/environment.py
	@$(PYTHON) tools/environment.py .venv-dist requirements/dist.txt

.venv-docs/.stamp: requirements/docs.txt tools/environment.py
	@$(PYTHON) tools/environment.py .venv-docs requirements/docs.txt

.venv-lite-latest/.stamp: requirements/lite-latest.txt tools/environment.py
	@$(PYTHON) tools/environment.py .venv-lite-latest requirements/lite-latest.txt

.venv-marimo/.stamp: requirements/marimo.txt tools/environment.py
	@$(PYTHON) tools/environment.py .venv-marimo requirements/marimo.txt

.venv-inventory/.stamp: inventory/requirements.txt tools/environment.py
	@$(PYTHON) tools/environment.py .venv-inventory inventory/requirements.txt --below 3.13

node_modules/.stamp: package-lock.json .npmrc
	@echo "node_modules: installing package-lock.json with npm"
	@npm ci --silent && touch $@

.cache/pyodide-types/.stamp: .venv/.stamp node_modules/.stamp tools/pyodide_types.py
	@.venv/bin/python tools/pyodide_types.py

# --- artefacts ------------------------------------------------------------------------------

WHEELHOUSE := $(shell find wheelhouse -name dist -prune -o -type f ! -name '*.md' ! -name '*.pyc' -print)
CLIENT := $(wildcard examples/resotonotebook/*.*)
LITE := $(shell find lite -name .ipynb_checkpoints -prune -o -type f ! -name '*.pyc' -print)

wheelhouse/dist/.stamp: .venv/.stamp node_modules/.stamp $(PACKAGE) $(WHEELHOUSE) $(CLIENT) README.md LICENSE
	@.venv/bin/python wheelhouse/build.py && touch $@

build/site/.stamp: wheelhouse/dist/.stamp $(LITE) tools/pyodide_folder.py
	@.venv/bin/python lite/build.py && touch $@

build/site-latest/.stamp: wheelhouse/dist/.stamp .venv-lite-latest/.stamp $(LITE) tools/pyodide_folder.py
	@.venv-lite-latest/bin/python lite/build.py --latest && touch $@

DOCS := $(wildcard *.md docs/*.md docs/img/* docs/site/* examples/*/README.md) wheelhouse/README.md

build/docs/.stamp: wheelhouse/dist/.stamp .venv-docs/.stamp mkdocs.yml tools/docs.py $(wildcard lite/*.py) $(DOCS)
	@.venv/bin/python tools/docs.py && touch $@

# --- upkeep ---------------------------------------------------------------------------------

# Lock files are made with uv, universal: one file serves every Python from 3.11.
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header -q requirements/dev.in -o requirements/dev.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header -q requirements/dist.in -o requirements/dist.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header -q requirements/docs.in -o requirements/docs.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header -q requirements/lite-latest.in -o requirements/lite-latest.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header -q requirements/marimo.in -o requirements/marimo.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header -q requirements/marimo-ruff.in -o requirements/marimo-ruff.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header -q inventory/requirements.in -o inventory/requirements.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header -q tests/inventory/client.in -o tests/inventory/client.txt
	uv pip compile --python-version 3.11 --generate-hashes --no-header -q tests/install/desktop.in -o tests/install/desktop.txt
	uv pip compile --no-deps --python-version 3.12 --generate-hashes --no-header -q requirements/thirdparty.in -o requirements/thirdparty.txt
	uv pip compile --no-deps --python-version 3.11 --generate-hashes --no-header -q -c requirements/thirdparty.txt requirements/libraries.in -o requirements/libraries.txt
	uv pip compile --no-deps --python-version 3.11 --generate-hashes --no-header -q requirements/recipes.in -o requirements/recipes.txt
	uv pip compile --python-platform wasm32-pyodide2024 --python-version 3.13 --generate-hashes --no-header -q requirements/bench.in -o requirements/bench.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header -q requirements/bench-cpython.in -o requirements/bench-cpython.txt
	uv pip compile --no-deps --python-version 3.14 --generate-hashes --no-header -q requirements/bench-binary.in -o requirements/bench-binary.txt
	uv pip compile --no-deps --python-version 3.14 --generate-hashes --no-header -q requirements/requests-suite.in -o requirements/requests-suite.txt
	uv pip compile --python-platform wasm32-pyodide2024 --python-version 3.14 --generate-hashes --no-header -q requirements/jupyterlite.in -o requirements/jupyterlite.txt
	uv pip compile --python-platform wasm32-pyodide2024 --python-version 3.14 --generate-hashes --no-header -q requirements/marimo-browser.in -o requirements/marimo-browser.txt
	uv pip compile --python-platform wasm32-pyodide2024 --python-version 3.12 --generate-hashes --no-header -q requirements/stlite.in -o requirements/stlite.txt
	for python in 3.12 3.13 3.14; do uv pip compile --python-platform wasm32-pyodide2024 --python-version $$python --generate-hashes --no-header -q requirements/pyodide.in -o requirements/pyodide-$$python.txt; done

clean:
	rm -rf build dist wheelhouse/dist .venv .venv-bench .venv-dist .venv-docs .venv-inventory .venv-lite-latest .venv-marimo node_modules .cache
