#!/usr/bin/env bash
# Runs the demo once a seed, then once without incidents. Fails when one
# incident is missed, one secret leaks, or the benign run is not silent.
# Usage: eval.sh SEED…
set -euo pipefail
cd "$(dirname "$0")/../.."

passed=0
failed=0
run() {
  echo "== weirctl demo $*"
  if bin/weirctl demo "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
}
for seed in "$@"; do run --seed "$seed"; done
run --seed "${1:-1}" --benign
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
