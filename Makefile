# What a person types. `make` alone lists it.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo web build check test clean

CARGO ?= cargo
NPM ?= npm
ARGS ?=

WEB_SOURCES := $(shell find web/src web/icons -type f) web/build.mjs web/tsconfig.json

help: ## this list
	@sed -n 's/^\([a-z][a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST)

demo: web ## build and start everything on this machine, e.g. make demo ARGS="--port 9000"
	$(CARGO) build --locked --release -p segl
	target/release/segl demo $(ARGS)

web: web/dist/manifest.json ## styles, page scripts and the app, into web/dist

build: web ## the program, target/release/segl
	$(CARGO) build --locked --release -p segl

check: web ## format, lints and documentation, without tests
	$(CARGO) fmt --all --check
	$(CARGO) clippy --locked --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --locked --workspace --no-deps --document-private-items

test: ## everything, installing what it needs; ends with one line of counts
	@bash scripts/test.sh

clean: ## what was built, but not the demo's data
	$(CARGO) clean
	rm -rf web/dist web/node_modules tests/e2e/node_modules tests/e2e/shots

# npm writes this file last, so it stands for a finished installation of exactly the lock file.
%/node_modules/.package-lock.json: %/package.json %/package-lock.json
	cd $* && $(NPM) ci --no-audit --no-fund --loglevel=error
	@touch $@

web/dist/manifest.json: web/node_modules/.package-lock.json $(WEB_SOURCES)
	cd web && $(NPM) run --silent build
	@touch $@
