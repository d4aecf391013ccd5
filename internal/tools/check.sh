#!/usr/bin/env bash
# What `make check` runs: formatting, linters, generated files, module files and
# scripts. Changes nothing that it does not tell about. Usage: check.sh MODULE…
set -euo pipefail
cd "$(dirname "$0")/../.."

failed=0
step() {
  local name=$1
  shift
  local start=$SECONDS
  if "$@"; then
    echo "ok    $name ($((SECONDS - start)) s)"
  else
    echo "FAIL  $name"
    failed=1
  fi
}

tool() { go tool -modfile=internal/tools/external/go.mod "$@"; }

formatted() {
  local files
  files=$(git ls-files -co --exclude-standard '*.go' | xargs go tool -modfile=internal/tools/external/go.mod gofumpt -l)
  [ -z "$files" ] || { echo "not formatted, run 'make fmt':" "$files"; return 1; }
}

scripts() {
  local list=(.ci/run)
  mapfile -t -O 1 list < <(git ls-files -co --exclude-standard '*.sh')
  bash -n "${list[@]}" || return 1
  ! command -v shellcheck >/dev/null || shellcheck "${list[@]}"
}

tidy() {
  local module
  for module in "$@"; do
    go -C "$module" mod tidy -diff || { echo "run 'go mod tidy' in $module"; return 1; }
  done
}

# The tree may have other changes: only what generating adds to them counts.
generated() {
  local before
  before=$(git diff | sha256sum)
  go generate ./... || return 1
  [ "$before" = "$(git diff | sha256sum)" ] || { echo "generated files were out of date, now renewed: look at 'git diff'"; return 1; }
}

# The list names every module the collector is built from, at the versions that
# go.mod asks for.
locked() {
  make -s bin/weir || return 1
  diff -u internal/tools/distribution/weir.mod _build/go.mod ||
    { echo "the collector's modules changed: run 'make generate'"; return 1; }
}

step "go files are formatted" formatted
step "shell scripts" scripts
step "go.mod and go.sum are tidy" tidy "$@"
step "the collector's module list is up to date" locked
step "generated files are up to date" generated
for module in "$@"; do
  [ "$module" = internal/tools/external ] && continue
  step "golangci-lint, module $module" env -C "$module" go tool -modfile="$PWD/internal/tools/external/go.mod" golangci-lint run ./...
done
exit "$failed"
