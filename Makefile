# `make run` and `make test` install what is missing and do the whole job on a fresh Debian 12 machine
# that has make and the Swift toolchain. `make help` lists the rest.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

BUILD_PACKAGES := ca-certificates git pkg-config libnghttp2-dev libprotobuf-c-dev libpq-dev \
                  libsqlite3-dev zlib1g-dev
TEST_PACKAGES  := $(BUILD_PACKAGES) protobuf-compiler libprotobuf-dev protobuf-c-compiler \
                  python3 python3-venv openssl postgresql strace nghttp2-client gcc valgrind
BENCH_PACKAGES := $(TEST_PACKAGES) libssl-dev

# The runtime inside: a call of it costs less than one into a shared library, and the program runs
# where no Swift is installed.
RELEASE := -c release --static-swift-stdlib

# Tests that run at once: with all thousand of them, one that waits for its peer waits for the others.
TEST_WIDTH := --experimental-maximum-parallelization-width 16

# The same work on grpc-swift-2, which the benchmark alone builds.
GRPC_SWIFT := --package-path Tests/Benchmarks/GRPCSwift --scratch-path .build/grpc-swift

VENV   := .venv
PYTHON := $(VENV)/bin/python

# The tests trace the service and count its open files, which it lets nobody but root do.
AS_ROOT := $(shell [ "$$(id -u)" = 0 ] || echo 'sudo -E env "PATH=$$PATH"')

# Installs the packages of a list that dpkg does not know as installed.
define apt_install
	@missing=$$(for package in $(1); do \
	  dpkg-query -W -f='$${Status}\n' "$$package" 2>/dev/null | grep -q '^install ok installed$$' \
	    || echo "$$package"; done); \
	if [ -n "$$missing" ]; then \
	  sudo=$$([ "$$(id -u)" = 0 ] || echo sudo); \
	  $$sudo apt-get update -qq && \
	  DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends $$missing; \
	fi
endef

SEEDS ?= 1500

SOAK_SECONDS ?= 600

FUZZ_SECONDS ?= 60
FUZZ_TARGETS ?= http2 message-framing create-user signature upstream-json json-web-token certificate \
                policy-document checkpoint cosignature

.PHONY: help run test test-swift test-clients simulate fuzz sanitize soak bench bench-trail profile \
  bench-proto thresholds proto phone-regions format lint clean \
  packages-build packages-test packages-bench

help: ## lists the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

run: packages-build ## builds, serves on the sandbox, creates one user, shows it, keeps serving
	swift build $(RELEASE) --product provisiond
	swift build $(RELEASE) --product provisionctl
	deploy/demo .build/release

test: test-swift test-clients ## every test: Swift's and those with real clients

test-swift: packages-test
	swift build --build-tests
	swift test --skip-build --disable-xctest $(TEST_WIDTH)

test-clients: packages-test $(VENV)/installed
	swift build --build-tests
	$(AS_ROOT) $(PYTHON) -m pytest Tests/Conformance

simulate: packages-test ## creations against crashes, lost answers and races: SEEDS=1500
	swift build -c release --product simulate
	.build/release/simulate $(SEEDS)

fuzz: packages-test ## searches for inputs that break a promise: FUZZ_SECONDS=60 for each of FUZZ_TARGETS
	Tests/Fuzz/search $(FUZZ_SECONDS) $(FUZZ_TARGETS)

sanitize: packages-test $(VENV)/installed ## the tests under the thread and the address sanitizer
	$(AS_ROOT) Tests/Sanitizers/run thread $(SANITIZE_OPTIONS)
	$(AS_ROOT) Tests/Sanitizers/run address $(SANITIZE_OPTIONS)

bench: packages-bench $(VENV)/installed ## CPU, latency, memory against a C server and grpc-swift-2; the journal's price
	swift build $(RELEASE) --product provisiond
	swift build $(RELEASE) --product unjournaled-provisiond
	swift build $(RELEASE) --product policy-evaluation
	swift build $(RELEASE) $(GRPC_SWIFT) --product grpc-swift-server
	.build/release/policy-evaluation deploy/policy.example.yaml
	$(PYTHON) Tests/Benchmarks/Thresholds/thresholds.py release
	$(PYTHON) Tests/Benchmarks/bench.py --provisiond .build/release/provisiond $(BENCH_OPTIONS)
	$(PYTHON) Tests/Benchmarks/price.py --provisiond .build/release/provisiond $(PRICE_OPTIONS)

profile: packages-bench $(VENV)/installed ## where the instructions of a call go, beside the C server's
	swift build $(RELEASE) --product unjournaled-provisiond
	$(PYTHON) Tests/Benchmarks/call_profile.py --provisiond .build/release/provisiond

bench-trail: packages-bench $(VENV)/installed ## a million records: pages, export, tail; sealing in PostgreSQL; retention
	swift build $(RELEASE) --product provisiond
	swift build $(RELEASE) --product journal-records
	PROVISIOND=.build/release/provisiond $(PYTHON) Tests/Benchmarks/trail.py $(TRAIL_OPTIONS)
	PROVISIOND=.build/release/provisiond $(PYTHON) Tests/Benchmarks/sealing.py $(SEALING_OPTIONS)
	PROVISIOND=.build/release/provisiond $(PYTHON) Tests/Benchmarks/retention.py $(RETENTION_OPTIONS)

soak: packages-bench $(VENV)/plots ## mixed load and faults for SOAK_SECONDS=600: memory, latency, queues
	swift build $(RELEASE) --product provisiond
	swift build $(RELEASE) --product soak-sandbox
	$(AS_ROOT) env PROVISIOND=.build/release/provisiond $(PYTHON) Tests/Soak/soak.py \
	  --sandbox .build/release/soak-sandbox --seconds $(SOAK_SECONDS) --output .build/soak $(SOAK_OPTIONS)

thresholds: packages-test $(VENV)/installed ## counts what a call allocates and executes, and writes it down
	swift build --product provisiond
	swift build $(RELEASE) --product provisiond
	$(PYTHON) Tests/Benchmarks/Thresholds/thresholds.py debug --restate
	$(PYTHON) Tests/Benchmarks/Thresholds/thresholds.py release --restate

proto: packages-test ## regenerates the C messages and the descriptor set from proto/
	proto/generate
	proto/generate Tests/ConformanceServer/CConformanceMessages Tests/ConformanceServer/proto

bench-proto: packages-test ## regenerates the messages of the benchmark's grpc-swift-2 server
	Tests/Benchmarks/GRPCSwift/generate

phone-regions: $(VENV)/installed ## regenerates the table of phone numbers from libphonenumber's metadata
	$(PYTHON) Tests/Conformance/phone_regions.py > Sources/Provisioning/Phone/PhoneRegionTable.swift

format: ## formats every Swift file
	swift format -i -r Package.swift Sources Tests

lint: ## fails on a Swift file that is not formatted
	swift format lint --strict -r Package.swift Sources Tests

clean: ## removes what was built
	rm -rf .build $(VENV)

packages-build:
	$(call apt_install,$(BUILD_PACKAGES))

packages-test:
	$(call apt_install,$(TEST_PACKAGES))

packages-bench:
	$(call apt_install,$(BENCH_PACKAGES))

$(VENV)/installed: Tests/Conformance/requirements.txt | packages-test
	python3 -m venv $(VENV)
	$(PYTHON) -m pip install --quiet --disable-pip-version-check -r $<
	touch $@

$(VENV)/plots: Tests/Soak/requirements.txt $(VENV)/installed
	$(PYTHON) -m pip install --quiet --disable-pip-version-check -r $<
	touch $@
