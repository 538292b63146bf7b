# The two commands of the README: `make play` and `make test`. Both start from a clean clone and can be run twice.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?= --game breakout --brain a3c

.PHONY: play test check install clean

play: $(VENV)/.installed
	$(BIN)/botplay $(ARGS)

test: $(VENV)/.installed-test
	$(BIN)/python -m pytest -n 2 --dist loadfile

check: $(VENV)/.installed-test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy botcore games/* plugins/* models/botplay_models benchmarks
	$(BIN)/python tests/structure.py

install: $(VENV)/.installed

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

# constraints.txt pins every version; torch takes the CPU build where it is at hand.
$(VENV)/.installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	touch $@

$(VENV)/.installed-test: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[test]"
	touch $@ $(VENV)/.installed

clean:
	rm -rf $(VENV) dist build
