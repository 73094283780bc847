# Everything that is done with this repository. `make help` lists it; docs/building.md says what has to be installed before.
#
# What is fetched is pinned and checksummed, lies under .cache/ and node_modules/, and is fetched once: a second `make test` needs no network.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory

MACHINE := $(shell uname -m)
# How long `make fuzz` is at each decoder, and how many documents a seed has.
FUZZ_MINUTES ?= 5
FUZZ_DOCUMENTS ?= 40000
# The architecture to build the binary for: x86_64 or aarch64.
ARCH ?= $(MACHINE)

BUN := .cache/bun/$(MACHINE)/bun
MODULES := node_modules/.installed
LIBRDKAFKA := .cache/librdkafka/librdkafka.so
SIMD := .cache/simd/floats.wasm
BINARY := dist/redkite$(if $(filter-out $(MACHINE),$(ARCH)),-$(ARCH))
SOURCES := $(shell find src -type f) package.json packaging/compile.ts packaging/left-out.ts

.PHONY: help
help: ## List these targets
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1|\2/p' $(firstword $(MAKEFILE_LIST)) | column -t -s '|'

.PHONY: demo
demo: build ## See it work: an embedded Kafka, a local Milvus, a few thousand records
	@test/servers/install.sh $(if $(filter x86_64,$(MACHINE)),milvus,python)
	@$(BUN) packaging/demo/demo.ts

.PHONY: build
build: $(BINARY) ## Build dist/redkite (ARCH=aarch64: dist/redkite-aarch64)

.PHONY: test
test: typecheck lint build servers-install ## Type check, lint, and all tests on real servers
	@$(BUN) test/run.ts --max-concurrency 4

.PHONY: test-faults
test-faults: build servers-install ## Only the bad days on real servers; REDKITE_FAULT_MINUTES=60: an hour of them
	@$(BUN) test --max-concurrency 2 test/faults

.PHONY: fuzz
fuzz: $(MODULES) $(LIBRDKAFKA) $(SIMD) ## Fuzz the decoders, 5 minutes each; FUZZ_MINUTES=1: shorter
	@for format in json avro protobuf raw; do \
	  end=$$((SECONDS + $(FUZZ_MINUTES) * 60)); \
	  while [ $$SECONDS -lt $$end ]; do REDKITE_FUZZ_DOCUMENTS=$(FUZZ_DOCUMENTS) $(BUN) test test/decode/$$format/fuzz.test.ts; done; \
	done

.PHONY: bench
bench: build servers-install ## Measure decoding, the pipeline, memory and latency
	@$(BUN) bench/bench.ts

.PHONY: bench-peers
bench-peers: build servers-install ## Measure redkite beside Python's and Node's clients, on the same topics and servers
	@bench/peers/node/install.sh || echo 'the Node peer could not be built: bench/README.md says what it takes'
	@$(BUN) bench/peers/peers.ts

.PHONY: typecheck
typecheck: $(MODULES) $(LIBRDKAFKA) $(SIMD)
	@node_modules/.bin/tsc --noEmit

.PHONY: lint
lint: $(MODULES) ## Check style and common mistakes
	@node_modules/.bin/biome check --error-on-warnings .

.PHONY: format
format: $(MODULES) ## Bring the sources into their form
	@node_modules/.bin/biome check --write .

.PHONY: docs
docs: $(MODULES) $(LIBRDKAFKA) $(SIMD) ## Write the documents that are made from the sources
	@$(BUN) docs/generate.ts

.PHONY: man
man: docs ## Write the man page, packaging/man/redkite.1
	@echo packaging/man/redkite.1

.PHONY: notices
notices: build ## Write THIRD-PARTY.md from what is inside the binary
	@$(BUN) packaging/notices.ts

.PHONY: servers-install
servers-install: $(BUN)
	@test/servers/install.sh

.PHONY: servers
servers: $(MODULES) servers-install ## Start Kafka and Milvus for work by hand
	@$(BUN) test/servers/by-hand.ts start

.PHONY: servers-stop
servers-stop: ## Stop them
	@$(BUN) test/servers/by-hand.ts stop

.PHONY: simd
simd: $(SIMD) ## Compile the scanner of long vectors to WebAssembly

.PHONY: librdkafka
librdkafka: $(LIBRDKAFKA) ## Build librdkafka (about 3 minutes, once)

.PHONY: clean
clean: ## Remove what was built
	@rm -rf dist

.PHONY: distclean
distclean: clean ## Remove also what was fetched
	@rm -rf .cache node_modules

# Bun from npm, by version and checksum (packaging/bun/package-lock.json).
.cache/bun/%/bun: packaging/bun/package.json packaging/bun/package-lock.json packaging/bun/install.sh
	@packaging/bun/install.sh $*

$(MODULES): package.json bun.lock | $(BUN)
	@$(BUN) install --frozen-lockfile
	@touch $@

# The recipe knows by itself, in milliseconds, whether there is anything to do.
$(LIBRDKAFKA): FORCE | $(MODULES)
	@packaging/librdkafka/build.sh $(MACHINE) >/dev/null

# WebAssembly reads whatever order of bytes and architecture: one for all.
$(SIMD): src/decode/json/simd/assembly/floats.ts | $(MODULES)
	@mkdir -p $(@D)
	@$(BUN) node_modules/assemblyscript/bin/asc.js $< -O3 --enable simd --runtime stub --importMemory --memoryBase 0 --noAssert -o $@

$(BINARY): $(SOURCES) $(LIBRDKAFKA) $(SIMD) $(MODULES) .cache/bun/$(ARCH)/bun
	@mkdir -p dist
	@library=$$(packaging/librdkafka/build.sh $(ARCH)); \
	$(BUN) packaging/compile.ts $(ARCH) "$$library" $@ .cache/bun/$(ARCH)/bun

.PHONY: FORCE
FORCE:
