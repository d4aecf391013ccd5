#!/usr/bin/env bash
# Renews weir.mod and weir.sum: the modules of the collector `weir`, as the
# Collector Builder resolves them from builder-config.yaml and go.mod. They are
# kept so that a build is the same everywhere and downloads only what it needs.
set -euo pipefail
cd "$(dirname "$0")/../../.."

rm -rf _build
go tool -modfile=internal/tools/external/go.mod builder --config builder-config.yaml --skip-compilation
# The builder writes the absolute path of this folder; the list is for any.
go -C _build mod edit -replace=github.com/weir-otel/weir@v0.0.0=../
cp _build/go.mod internal/tools/distribution/weir.mod
cp _build/go.sum internal/tools/distribution/weir.sum
