# Everything people do with this repository. A machine needs Python 3.11 or newer and make.
.DEFAULT_GOAL := help
.PHONY: help demo test test-slow test-postgres test-torch lint bench reference openapi docs pictures release lock clean
SHELL := /bin/sh

# The first Python that is new enough; PYTHON=... chooses another.
PYTHON ?= $(shell for p in python3.11 python3 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && break; done)
VENV := .venv
BIN := $(VENV)/bin
RUNTIME := $(VENV)/.runtime
DEVELOPMENT := $(VENV)/.development
SAMPLE := examples/province

# Fuzzing: SEED repeats a run, COUNT widens it (files for each case).
SEED ?= 7
COUNT ?= 250

help:  ## list what can be made
	@grep -hE '^[a-z-]+:.*## ' Makefile | awk -F ':.*## ' '{ printf "make %-10s %s\n", $$1, $$2 }'

$(BIN)/python:
	@test -n "$(PYTHON)" || { \
		echo "需要 Python 3.11 或更高版本。请安装后再试，或用 make PYTHON=/路径/python3.11 指定。"; \
		echo "Python 3.11 or newer is needed. Install it, or name it: make PYTHON=/path/to/python3.11"; exit 1; }
	@"$(PYTHON)" -m venv $(VENV) || { rm -rf $(VENV); \
		echo "无法建立虚拟环境；Debian、Ubuntu 请安装 python3-venv。"; \
		echo "The virtual environment cannot be made; on Debian and Ubuntu install python3-venv."; exit 1; }

# The marker is written last, so that an installation cut short is taken up again.
$(RUNTIME): requirements.lock pyproject.toml | $(BIN)/python
	@echo "正在安装依赖（仅首次） / Installing what is needed (first time only) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

$(DEVELOPMENT): requirements-dev.lock $(RUNTIME)
	@echo "正在安装开发依赖（仅首次） / Installing what development needs (first time only) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

demo: $(RUNTIME)  ## match the sample province, write the report, serve the desk (DEMO_EXIT=1 ends then)
	@mkdir -p out
	$(BIN)/qixi match --supply $(SAMPLE)/technologies.jsonl --demand $(SAMPLE)/needs.csv \
		--out out/matches.xlsx --report out/report.html --rejects out/rejects.csv --explain 3 --show 5
	@echo
	@echo "结果：out/matches.xlsx（表格）、out/report.html（可打开、可打印的报告）、out/rejects.csv（问题行）。"
	@echo "下一步：用浏览器打开 out/report.html；换成自己的文件，见 docs/zh/match-your-files.md。"
	@echo "Results: out/matches.xlsx (table), out/report.html (to open and print), out/rejects.csv (bad rows)."
	@echo "Next: open out/report.html in a browser; for your own files see docs/how-to/match-your-files.md."
	@echo
	@test ! -t 1 || { \
		echo "接下来运行交易服务平台：用浏览器打开下面的网址，无需口令。"; \
		echo "Next the exchange: open the address below in a browser; no password is needed."; }
	@QIXI_HOME=$(CURDIR)/out/exchange $(BIN)/qixi serve --demo $$(test -t 1 || echo --check)

test: $(DEVELOPMENT)  ## all tests but the slow ones; says what it skipped and why
	$(BIN)/python -m pytest -m "not slow"

test-slow: $(DEVELOPMENT)  ## kill tests and fuzzing; SEED=7 COUNT=250
	@echo "seed $(SEED), $(COUNT) files for each case"
	QIXI_FUZZ_SEED=$(SEED) QIXI_FUZZ_COUNT=$(COUNT) $(BIN)/python -m pytest -m slow --hypothesis-seed=$(SEED)

test-postgres: $(DEVELOPMENT)  ## the same tests of the service on PostgreSQL, with a server of their own
	$(BIN)/python tools/postgres.py $(BIN)/python -m pytest -m "not slow" \
		tests/casework tests/registry tests/market tests/web tests/api tests/stories/test_procedures_told.py

# PyTorch is large and its builds differ by machine, so it is in no lock and has an environment of its own.
TORCH := .venv-torch
$(TORCH)/.ready: requirements-dev.lock pyproject.toml | $(BIN)/python
	$(BIN)/python -m venv $(TORCH)
	$(TORCH)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(TORCH)/bin/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	$(TORCH)/bin/python -m pip install --quiet --disable-pip-version-check "torch==2.13.0" "sentence-transformers>=3.3"
	@touch $@

test-torch: $(TORCH)/.ready  ## tests of PyTorch models, in an environment of their own
	QIXI_REQUIRE=torch $(TORCH)/bin/python -m pytest -m torch

lint: $(DEVELOPMENT)  ## style, types, stairs, locks
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/locks.py

bench: $(DEVELOPMENT)  ## quality, speed and memory, beside an assembled rival
	$(BIN)/python -m bench

reference: $(DEVELOPMENT)  ## write the reference pages that follow from the code
	$(BIN)/python tools/reference.py

openapi: $(DEVELOPMENT)  ## write docs/reference/openapi.json, what the interface for programs says of itself
	$(BIN)/python tools/openapi.py

docs: $(DEVELOPMENT)  ## build docs/_build/html; a warning is an error
	$(BIN)/python -m sphinx -W --keep-going -q -b html docs docs/_build/html
	@echo "docs/_build/html/index.html"

pictures: $(DEVELOPMENT)  ## take the docs' pictures of the sample province (needs Chromium)
	$(BIN)/python tools/pictures.py

release: $(DEVELOPMENT)  ## build wheel and sdist into dist/
	rm -rf dist
	$(BIN)/hatchling build -d dist
	@ls -l dist

# Keeps the versions that are locked already; delete a lock first to take new ones. Needs uv.
LOCK := uv pip compile pyproject.toml --python-version 3.11 --group build --generate-hashes \
	--no-emit-index-url --no-header --quiet
lock:  ## write requirements.lock and requirements-dev.lock from pyproject.toml (needs uv)
	$(LOCK) -o requirements.lock
	$(LOCK) --extra endpoint --extra onnx --extra cluster --extra postgres --group test --group lint --group docs --group bench \
		-c requirements.lock -o requirements-dev.lock

clean:  ## remove what was built, not the environment
	rm -rf out dist docs/_build
