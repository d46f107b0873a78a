# Adds up what test runners say at their end, and prints "passed failed skipped".
# cargo test:  test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out
#              and for each test that found not what it needs: skipped NAME: reason (the runner counts it as passed)
# node --test: "# pass 12" or "ℹ pass 12", likewise fail, cancelled, skipped and todo
{ gsub(/\033\[[0-9;]*m/, "") }
/^test result: / {
  for (i = 2; i <= NF; i++) {
    if ($i ~ /^passed;/) passed += $(i - 1)
    if ($i ~ /^failed;/) failed += $(i - 1)
    if ($i ~ /^ignored;/) skipped += $(i - 1)
  }
}
/^skipped [a-z0-9_:]+: / { skipped++; passed-- }
/^(#|ℹ) (pass|fail|cancelled|skipped|todo) [0-9]+$/ {
  if ($2 == "pass") passed += $3
  else if ($2 == "fail" || $2 == "cancelled") failed += $3
  else skipped += $3
}
END { printf "%d %d %d\n", passed, failed, skipped }
