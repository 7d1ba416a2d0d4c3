# Two commands for a newcomer: `make run` and `make test`. `make check` is what CI runs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test browser check format lint gate profile bench clean

# The environment is made again only when what it is made from has changed.
$(VENV)/.ready: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	@echo "setting up $(VENV) (some minutes, once)"
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

run: $(VENV)/.ready
	$(BIN)/medai-extract run corpora --out outputs

test: $(VENV)/.ready browser
	$(BIN)/pytest -n auto --dist loadfile

# The walk through the review desk needs Chromium; where it cannot be had, pytest says what it skipped.
browser:
	@command -v chromium >/dev/null || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null \
	  && apt-get update -qq && apt-get install -y -qq chromium fonts-noto-cjk fonts-noto-color-emoji >/dev/null; } \
	  || echo "no Chromium here: the browser tests of the review desk are skipped"

lint: $(VENV)/.ready
	$(BIN)/ruff format --check src tests benchmarks
	$(BIN)/ruff check src tests benchmarks
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/medai-extract patterns check

# The scores of our own gold may not fall below the floors.
gate: $(VENV)/.ready
	$(BIN)/medai-extract evaluate corpora/gold --floors corpora/floors.toml
	$(BIN)/medai-extract evaluate corpora/gold --floors corpora/floors.toml --without-names

check: lint gate test

# Where the time goes, stage by stage.
profile: $(VENV)/.ready
	$(BIN)/python benchmarks/stages.py

# All figures of docs/performance.md, on a machine that does nothing else; `benchmarks/bench.py --help` says how long each takes.
bench: $(VENV)/.ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group bench
	$(BIN)/python benchmarks/bench.py

format: $(VENV)/.ready
	$(BIN)/ruff format src tests benchmarks
	$(BIN)/ruff check --fix src tests benchmarks
	$(BIN)/medai-extract patterns fmt

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
