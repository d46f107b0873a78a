#!/usr/bin/env bash
# Runs a command, and once more if it fails: scripts/twice.sh COMMAND..
# For the browser tests alone: they share a machine's processors with a browser, its camera and two servers, and a stall there says nothing
# of the tree. What failed at first is shown all the same, with every line marked, and is worth a look.
set -uo pipefail
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if "$@" >"$log" 2>&1; then
  cat "$log"
  exit 0
fi
sed 's/^/first try | /' "$log"
"$@"
