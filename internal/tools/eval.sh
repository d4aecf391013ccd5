#!/usr/bin/env bash
# Measures the redaction engine on its evaluation sets, then runs the demo once
# a seed, and once without incidents. Fails when redaction misses a threshold,
# one incident is missed, one secret leaks, or the benign run is not silent.
# Usage: [REDACTION=folder of the redaction sets] eval.sh SEED…
set -euo pipefail
cd "$(dirname "$0")/../.."

passed=0
failed=0
count() {
  echo "== $*"
  if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
}
count go run ./internal/tools/redacteval -data "${REDACTION:-../shared/eval/redaction}"
for seed in "$@"; do count bin/weirctl demo --seed "$seed"; done
count bin/weirctl demo --seed "${1:-1}" --benign
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
