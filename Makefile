# The commands of this project. Each sets up first what it needs; `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help setup demo up web test image-test image-size deploy destroy bench lint web-check clean clean-images

PYTHON := .venv/bin/python
CODE := app.py functions infra layers/shared/python local tests tools benchmarks
export PYTHONPATH := $(CURDIR):$(CURDIR)/layers/shared/python

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Make .venv with the pinned packages; install Tesseract when it is missing
	@tools/setup.sh

demo: ## Run the whole pipeline on sample scans, or on one file: make demo FILE=scan.pdf
	@./docpipe demo $(if $(FILE),'$(subst ','\'',$(FILE))')

up: setup ## Keep everything running, with its page in the browser, until Ctrl-C
	@tools/build_web.sh || echo 'Going on without the page; the API works all the same.' >&2
	@./docpipe up

web: ## Build the page into web/dist
	@tools/build_web.sh

test: lint web-check ## Check code, types and import rules, then run every test
	@echo '── tests'
	@$(PYTHON) -m pytest -n 2 --dist loadgroup --cov --cov-report=term:skip-covered

image-test: setup ## Build the container image from packages and run it as Lambda does
	@tools/setup_containers.sh
	@$(PYTHON) -m pytest tests/image

image-size: setup ## Say what the container image weighs, layer by layer
	@tools/setup_containers.sh
	@$(PYTHON) -m tools.containers

deploy: setup ## Deploy a stage: make deploy STAGE=dev [PROFILE=production] [SET="mail_sender=scans@example.org …"]
	@$(PYTHON) -m tools.deploy deploy $(or $(STAGE),$(error Name the stage: make deploy STAGE=dev)) --profile $(or $(PROFILE),dev) $(SET)

destroy: setup ## Destroy a stage: make destroy STAGE=dev [EMPTY=1], with PROFILE and SET as it was deployed
	@$(PYTHON) -m tools.deploy destroy $(or $(STAGE),$(error Name the stage: make destroy STAGE=dev)) --profile $(or $(PROFILE),dev) $(if $(EMPTY),--empty) $(SET)

bench: setup ## Measure cost and accuracy beside peers: make bench [CORPUS=folder] [QUICK=1] [ONLY=part] [PUBLISH=1]
	@$(PYTHON) -m benchmarks $(if $(CORPUS),--corpus '$(subst ','\'',$(CORPUS))') $(if $(QUICK),--quick) \
		$(if $(ONLY),--only $(ONLY)) $(if $(PUBLISH),--publish)

lint: setup ## Check style, types and import rules
	@echo '── style'
	@.venv/bin/ruff check $(CODE)
	@.venv/bin/ruff format --check $(CODE)
	@echo '── types'
	@$(PYTHON) -m mypy $(CODE)
	@echo '── import rules'
	@.venv/bin/lint-imports

web-check:
	@echo '── page: style, types, tests'
	@tools/build_web.sh npm run --silent check
	@tools/build_web.sh npm run --silent test

clean: ## Remove what runs and tests leave behind; .venv stays
	@rm -rf .docpipe .cache .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache cdk.out out web/dist

CONTAINERS := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/docpipe-containers

clean-images: ## Remove the images that were built, and what from, which all checkouts share (some GB)
	@test ! -e '$(CONTAINERS)' || flock -n '$(CONTAINERS)/lock' rm -rf '$(CONTAINERS)' || \
		{ echo 'Images are being built or run just now. Try again afterwards.' >&2; exit 1; }
