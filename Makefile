# Weir. `make help` lists what there is to do; the two that matter are
# `make demo` and `make test`.

# One set of build flags for binaries, tests and linters, so that all of them
# share one build cache. The race detector is the exception: it needs cgo.
export CGO_ENABLED ?= 0

SEED      ?= 1
FUZZTIME  ?= 60s
BENCHTIME ?= 1s
SPANS     ?= 1000000
REPORTS   ?= 1000000
ROUNDS    ?= 100
RATE      ?= 5000
EVALSEEDS ?= 1 2 3 4 5 6
SCENARIOS ?= 1001-1005
REDACTION ?= ../shared/eval/redaction

GO    := go
TOOL  := $(GO) tool -modfile=internal/tools/external/go.mod
LOCK  := internal/tools/distribution
# Every Go module of the repository but the generated one.
MODULES := . internal/tools/external e2e bench

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## /{printf "  %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# --- build -------------------------------------------------------------------

.PHONY: engine
engine: ## fetch the embedded ClickHouse engine, once (CHDB_LIB_PATH overrides)
	@$(GO) run ./internal/tools/engine

.PHONY: build
build: bin/weir bin/weirctl ## bin/weir (the collector) and bin/weirctl

# The Collector Builder writes the sources; the module list is ours: it is kept
# in $(LOCK), so that a build resolves nothing and downloads only what it
# compiles. -mod=mod adds what a change in go.mod needs until `make generate`
# has renewed the list.
_build/go.mod: builder-config.yaml internal/tools/external/go.mod $(LOCK)/weir.mod $(LOCK)/weir.sum
	@$(TOOL) builder --config builder-config.yaml --skip-compilation --skip-get-modules 2>_build.log \
		|| { cat _build.log >&2; rm -f _build.log; exit 1; }
	@rm -f _build.log
	@cp $(LOCK)/weir.sum _build/go.sum
	@cp $(LOCK)/weir.mod _build/go.mod

.PHONY: bin/weir
bin/weir: _build/go.mod
	@cd _build && $(GO) build -mod=mod -ldflags='-s -w' -o ../bin/weir .

.PHONY: bin/weirctl
bin/weirctl:
	@$(GO) build -ldflags='-s -w' -o bin/weirctl ./cmd/weirctl

.PHONY: demo
demo: engine build ## 28 days of connectors, incidents, findings, in one go (SEED=n, ARGS='--keep')
	bin/weirctl demo --seed $(SEED) $(ARGS)

.PHONY: clean
clean: ## remove what was built (the engine's cache stays)
	rm -rf bin _build _build.log dist

# --- tests -------------------------------------------------------------------

# Packages of long computations without goroutines of their own, which the race
# detector would only make five times as long. (The components that the test of
# leak runs together have their own tests under it.)
SEQUENTIAL := $(addprefix github.com/weir-otel/weir/internal/,detect simulate leak scenarios scenarios/score)

.PHONY: test
test: engine ## unit and integration tests, on the real engine (RACE=1: with the race detector)
ifdef RACE
	CGO_ENABLED=1 $(GO) test -race -timeout=30m $(filter-out $(SEQUENTIAL),$(shell $(GO) list ./...))
	$(GO) test -timeout=30m $(SEQUENTIAL)
else
	$(GO) test -timeout=30m ./...
endif

.PHONY: e2e
e2e: engine build ## black-box tests of the binaries with real clients (needs Debian's prometheus-alertmanager)
	cd e2e && $(GO) test -count=1 -timeout=30m ./...

.PHONY: fuzz
fuzz: engine ## every fuzz target for FUZZTIME (default 60s) each
	internal/tools/fuzz.sh $(FUZZTIME)

.PHONY: chaos
chaos: engine build ## the crash matrix: ROUNDS (default 100) of kill -9 and faults at RATE spans/s (SEED=n, CASE=name, OUTAGE=seconds; root for the small disks)
	cd e2e && WEIR_CHAOS_ROUNDS=$(ROUNDS) WEIR_CHAOS_SEED=$(SEED) WEIR_CHAOS_RATE=$(RATE) WEIR_CHAOS_CASE=$(CASE) WEIR_CHAOS_OUTAGE=$(OUTAGE) $(GO) test -count=1 -timeout=180m -run TestChaos -v .

.PHONY: eval
eval: engine build ## redaction on labelled sets, detection on the scenarios of seeds SCENARIOS, the demo over EVALSEEDS and a benign run (REDACTION=folder)
	REDACTION=$(REDACTION) SCENARIOS=$(SCENARIOS) internal/tools/eval.sh $(EVALSEEDS)

.PHONY: bench
bench: engine ## side by side with contrib's redaction and clickhouse, identity, recompute (BENCHTIME=1s SPANS=200000 REPORTS=1000000)
	cd bench && $(GO) run . -benchtime $(BENCHTIME) -spans $(SPANS)
	WEIR_BENCH_REPORTS=$(REPORTS) $(GO) test -run '^$$' -bench Recompute -benchtime 1x ./internal/recompute

# --- checks ------------------------------------------------------------------

.PHONY: check
check: ## formatting, linters, generated files, module files, scripts
	@internal/tools/check.sh $(MODULES)

.PHONY: lint
lint: ## golangci-lint
	$(TOOL) golangci-lint run ./...

.PHONY: fmt
fmt: ## format all Go files
	$(TOOL) gofumpt -w $$(git ls-files -co --exclude-standard '*.go')

.PHONY: generate
generate: ## generated files, and the collector's list of modules
	$(LOCK)/lock.sh
	$(GO) generate ./...
