# Entente. `make` lists what there is; `make demo` and `make test` need nothing set up first.
SHELL := /bin/bash
.DEFAULT_GOAL := help
TEMPL := go run github.com/a-h/templ/cmd/templ@v0.3.977
DIST := internal/web/assets/dist/app.css
WITHOUT ?=

.PHONY: help
help: ## list the targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-z\/-]+:.*## / {printf "  \033[1m%-16s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: build ## run the demonstration on http://localhost:8080, with invented people
	bin/entente demo

.PHONY: run
run: build ## run the plain server; its first start writes the links of two officers
	bin/entente serve

.PHONY: build
build: $(DIST) ## build bin/entente
	@scripts/need go
	go build -o bin/entente ./cmd/entente

$(DIST): $(shell find web/src web/styles -type f 2>/dev/null) web/package-lock.json $(shell find internal -name '*.templ')
	@scripts/need node npm
	cd web && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error && npm run --silent build

.PHONY: test
test: $(DIST) ## all tests on both engines, with a real browser (WITHOUT=postgres,chromium,strace goes on without)
	@scripts/need go
	WITHOUT=$(WITHOUT) scripts/test

.PHONY: test/race
test/race: $(DIST) ## the rooms with goroutines under the race detector, alone
	RACE_ONLY=1 WITHOUT=$(WITHOUT) scripts/test

.PHONY: check
check: verify fmt vet lint test ## everything that a change must pass

.PHONY: generate
generate: ## templates to Go
	$(TEMPL) generate
	gofmt -w $$(git ls-files '*_templ.go')

.PHONY: verify
verify: generate ## generated code is current
	@git diff --exit-code --stat -- '*_templ.go' || { echo 'run make generate and commit the result'; exit 1; }

.PHONY: schema golden
schema golden: ## rewrite the golden files (schema.sql, pages, exports)
	scripts/golden

.PHONY: fmt vet lint
fmt: ## every file is gofmt-ed
	@bad=$$(gofmt -l $$(git ls-files '*.go')); test -z "$$bad" || { echo "gofmt: $$bad"; exit 1; }
vet: ## go vet
	go vet ./...
lint: ## golangci-lint, as .golangci.yml says
	go run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.12.2 run

.PHONY: fuzz
fuzz: ## each fuzz target for FOR=20s, one at a time (ONLY=stix for a part)
	scripts/fuzz $(or $(FOR),20s) $(ONLY)

.PHONY: ledger
ledger: ## on each engine, SIGKILL the program KILLS=200 times while 16 clients write, over OBJECTS=100000, and let FAULTS=60 calls fail; compare; SEED= repeats a run
	KILLS=$(or $(KILLS),200) FAULTS=$(or $(FAULTS),60) OBJECTS=$(or $(OBJECTS),100000) SEED=$(SEED) ENTENTE_TEST_WITHOUT=$(WITHOUT) go test -timeout 24h -count 1 -v -run TestNothingAcknowledged ./internal/ledger

.PHONY: hostile
hostile: $(DIST) ## attack the built program and measure what its members notice (ONLY=flood for a part)
	HOSTILE=$(or $(ONLY),all) go test ./internal/hostile -run TestUnderAttack -count=1 -timeout 30m -v

.PHONY: promises
promises: ## each promise of docs/promises.md, with the last result of what holds it
	scripts/promises

.PHONY: shots
shots: $(DIST) ## pictures of every page into shots/ (ONLY=scene, LOOKS=1440-light-en: patterns)
	SHOTS=$(CURDIR)/shots ONLY='$(ONLY)' LOOKS='$(LOOKS)' nice go test ./internal/app -run '^TestShots$$' -count=1 -timeout 60m

.PHONY: lighthouse
lighthouse: build ## Lighthouse's scores of five pages of the demonstration (ONLY=topic, RUNS=3); fetches it when run
	ONLY='$(ONLY)' RUNS='$(or $(RUNS),3)' scripts/lighthouse

PICTURES := home import-preview invitations directorate overview-private members topic entity-graph picture
.PHONY: pictures
pictures: ## the pictures of README and docs/user, anew
	$(MAKE) --no-print-directory shots ONLY='^($(subst $() ,|,$(PICTURES)))$$' LOOKS=1440-light-en
	cd web && node pictures.mjs ../shots ../docs/shots $(PICTURES)

.PHONY: bench bench-compare bench/hot
bench: $(DIST) ## the figures of the whole program, each beside this machine's limit (QUICK=1: within two minutes)
	go build -o bin/entente-bench ./internal/bench/entente-bench
	bin/entente-bench run $(if $(QUICK),--size quick) --json bin/bench.json
bench-compare: $(DIST) ## measure, and compare the ratios with an earlier run: BASE=file
	go build -o bin/entente-bench ./internal/bench/entente-bench
	bin/entente-bench run $(if $(QUICK),--size quick) --json bin/bench.json --against $(BASE)
bench/hot: ## Go benchmarks of single functions
	go test -run '^$$' -bench . -benchtime 1s ./...

.PHONY: clean
clean: ## remove what was built
	rm -rf bin web/node_modules internal/web/assets/dist/*
	touch internal/web/assets/dist/.keep
