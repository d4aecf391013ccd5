#!/usr/bin/env bash
# Runs every fuzz target of the module, one after the other, for the time given.
# Usage: fuzz.sh 60s
set -euo pipefail
cd "$(dirname "$0")/../.."

duration=${1:?usage: fuzz.sh DURATION, e.g. 60s}
attempts=3
output=$(mktemp)
trap 'rm -f "$output"' EXIT

# Before Go 1.27 a target can fail at the end of its time without any failing
# input (golang/go#75804): that says nothing, and it runs again.
fuzz() {
  local name=$1 package=$2
  for _ in $(seq $attempts); do
    if go test -run '^$' -fuzz "^$name\$" -fuzztime "$duration" -timeout 0 "$package" 2>&1 | tee "$output"; then
      return 0
    fi
    if ! grep -qx ' *context deadline exceeded' "$output" || grep -q 'Failing input written' "$output"; then
      return 1
    fi
  done
  return 1
}

targets=$(git grep --untracked -o '^func Fuzz[A-Za-z0-9_]*' -- '*_test.go' ':!e2e' ':!bench' | sed 's/:func / /' | sort)
count=0
failed=0
while read -r file name; do
  [ -n "$name" ] || continue
  count=$((count + 1))
  echo "== $name (./$(dirname "$file")) for $duration"
  fuzz "$name" "./$(dirname "$file")" || failed=$((failed + 1))
done <<<"$targets"
echo "$((count - failed)) passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$count" -gt 0 ]
