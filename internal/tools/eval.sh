#!/usr/bin/env bash
# Measures the redaction engine on its evaluation sets and the detection rules on
# simulated fleets, then runs the demo once a seed, and once without incidents.
# Fails when redaction or detection misses a goal, one incident of the demo is
# missed, one secret leaks, or false alarms exceed their budget.
# Usage: [REDACTION=folder of the redaction sets] [SCENARIOS=1001-1005] eval.sh SEED…
set -euo pipefail
cd "$(dirname "$0")/../.."

passed=0
failed=0
count() {
  echo "== $*"
  if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
}
count go run ./internal/tools/redacteval -data "${REDACTION:-../shared/eval/redaction}"
count go run ./internal/tools/detecteval -seeds "${SCENARIOS:-1001-1005}"
for seed in "$@"; do count bin/weirctl demo --seed "$seed"; done
count bin/weirctl demo --seed "${1:-1}" --benign
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
