#!/usr/bin/env bash
# Runs every fuzz target of the module, one after the other, for the time given.
# Usage: fuzz.sh 60s
set -euo pipefail
cd "$(dirname "$0")/../.."

duration=${1:?usage: fuzz.sh DURATION, e.g. 60s}
targets=$(git grep --untracked -o '^func Fuzz[A-Za-z0-9_]*' -- '*_test.go' ':!e2e' ':!bench' | sed 's/:func / /' | sort)
count=0
failed=0
while read -r file name; do
  [ -n "$name" ] || continue
  count=$((count + 1))
  echo "== $name (./$(dirname "$file")) for $duration"
  go test -run '^$' -fuzz "^$name\$" -fuzztime "$duration" "./$(dirname "$file")" || failed=$((failed + 1))
done <<<"$targets"
echo "$((count - failed)) passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$count" -gt 0 ]
