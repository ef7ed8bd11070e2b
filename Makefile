# What there is to do here. Needs Go 1.26, Node 20, npm, make and git; script/need
# says what is missing, and installs what tests need beyond that.

ADDR ?= 127.0.0.1:8080
DATA ?= ./data/demo
SEED ?=
PROCESS ?= examples/riyadh-2025/process.yaml

# One program, no C: the same binary runs on every Linux of its architecture.
export CGO_ENABLED ?= 0

tool := go tool -modfile=tools.mod
modules := node_modules/.package-lock.json

.PHONY: demo build bundle test pairs race bench bench-short bench-peer schemathesis lint generate check-generated need clean

## demo: build everything, load the example, serve it on ADDR with its data in DATA
demo: need-build build
	bin/parley demo $(PROCESS) --addr $(ADDR) --data $(DATA) $(if $(SEED),--seed $(SEED))

## build: bin/parley with scripts and fonts in it
build: bundle
	go build -trimpath -o bin/parley ./cmd/parley

## bundle: the script and the fonts that the program embeds
bundle: $(modules)
	go run ./internal/bundle

$(modules): package.json package-lock.json
	npm ci --no-audit --no-fund --loglevel=error
	@touch $@

## test: every test, the browser's too; a missing tool is a failure, not a skip
test: need bundle
	PARLEY_REQUIRE_TOOLS=1 go test -timeout 30m ./...
	go test -tags leak -run TestPlanted -timeout 10m ./internal/noninterference ./internal/server

## pairs: non-interference over PAIRS pairs of random worlds; make test compares 4,000
PAIRS ?= 10000
pairs: bundle
	go test -count=1 -timeout 60m ./internal/noninterference -run TestTwoWorlds -args -pairs $(PAIRS)

## race: the packages that share memory between goroutines, under the race detector
race: need-race bundle
	CGO_ENABLED=1 go test -race -short -timeout 20m ./internal/account/... ./internal/ledger/... ./internal/server/... ./client/... ./web/asset/...

## bench: every benchmark; docs/performance.md has its table
bench:
	go test -run '^$$' -bench . -benchmem -timeout 60m ./...

## bench-short: each benchmark once and small, to see that it still runs
bench-short:
	go test -run '^$$' -bench . -benchtime 1x -short -timeout 20m ./...

## bench-peer: Parley over HTTP beside PocketBase, which is built for it in a module of its own
bench-peer:
	cd bench && go test -run '^$$' -bench . -benchtime 3s -timeout 60m .

## schemathesis: SPAN seconds of made-up requests to the API, held against its own document
SPAN ?= 300
schemathesis: build
	@script/need schemathesis
	script/schemathesis $(SPAN)

## lint: Go, TypeScript and shell
lint: $(modules)
	$(tool) golangci-lint run ./...
	node_modules/.bin/tsc --noEmit
	@for f in script/* .ci/run; do bash -n $$f || exit 1; done

## generate: templ components and everything with a go:generate line
generate:
	$(tool) templ generate
	go generate ./...

## check-generated: what generate writes is what is committed
check-generated:
	script/check-generated

## need: what the tests need, installed where it is missing
need:
	script/need test

.PHONY: need-build need-race
need-build:
	@script/need build
need-race:
	@script/need race

clean:
	rm -rf bin node_modules
	find web/asset/dist -mindepth 1 ! -name .keep -delete
