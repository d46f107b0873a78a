#!/usr/bin/env bash
# `make test`: everything that says whether this tree is good, and one line of counts at the end.
# A step that fails does not hide the next ones. No input is read; it runs as root or not.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

export CARGO_TERM_COLOR=${CARGO_TERM_COLOR:-never} RUST_BACKTRACE=1
if [ "${CI:-}" = true ]; then
  export CARGO_INCREMENTAL=0 # a clean checkout is built once, so there is nothing to keep for a next time
fi
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
passed=0 failed=0 skipped=0
began=$SECONDS

# step NAME COMMAND..: runs it, and counts the tests that its output tells of. A step that counts nothing counts as one test.
step() {
  local name=$1 start=$SECONDS log="$logs/log" status good bad left
  shift
  printf '\n== %s\n' "$name"
  "$@" </dev/null 2>&1 | tee "$log"
  status=${PIPESTATUS[0]}
  read -r good bad left < <(awk -f scripts/count.awk "$log")
  if [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then
    bad=1
  elif [ "$status" -eq 0 ] && [ $((good + bad + left)) -eq 0 ]; then
    good=1
  fi
  passed=$((passed + good)) failed=$((failed + bad)) skipped=$((skipped + left))
  printf -- '-- %s: %s, %d s\n' "$name" "$([ "$bad" -eq 0 ] && echo good || echo FAILED)" $((SECONDS - start))
}

skip() {
  printf '\n== %s: skipped, %s\n' "$1" "$2"
  skipped=$((skipped + 1))
}

# In the order of how soon a fault shows.
step "what tests need" bash scripts/packages.sh
step "format" cargo fmt --all --check
step "web: build" make --no-print-directory web
step "web: types and tests" npm --prefix web test --silent
step "lints" cargo clippy --locked --workspace --all-targets -- -D warnings
step "documentation" env RUSTDOCFLAGS="-D warnings" cargo doc --locked --workspace --no-deps --document-private-items
step "tests" bash scripts/postgres.sh cargo test --locked --workspace --no-fail-fast
if cargo deny --version >/dev/null 2>&1; then
  step "dependencies" cargo deny check bans licenses sources
else
  skip "dependencies" "cargo-deny is not installed (cargo install cargo-deny)"
fi
step "browser: packages" make --no-print-directory tests/e2e/node_modules/.package-lock.json
# With what tests use, the same build as before; with -p segl alone, dependencies would have other features and be built again.
step "browser: the program" cargo build --locked --workspace --tests --bins
step "browser: tests" bash scripts/twice.sh npm --prefix tests/e2e test --silent

printf '\n%d min %d s\n' $(((SECONDS - began) / 60)) $(((SECONDS - began) % 60))
printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" -eq 0 ]
