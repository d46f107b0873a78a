#!/usr/bin/env bash
# Runs a command with a PostgreSQL server of its own: scripts/postgres.sh COMMAND..
# The server listens on a free port of this machine, keeps its data in a temporary folder, and goes when the command ends.
# SEGL_TEST_POSTGRES, which the tests read, names it. A server that this variable already names is used instead.
set -euo pipefail

if [ -n "${SEGL_TEST_POSTGRES:-}" ]; then
  exec "$@"
fi

# A server refuses to run as root.
unprivileged() {
  if [ "$(id -u)" -eq 0 ]; then
    runuser -u postgres -- "$@"
  else
    "$@"
  fi
}

programs=$(compgen -G '/usr/lib/postgresql/*/bin' | sort -V | tail -n 1 || true)
if [ -z "$programs" ]; then
  programs=$(dirname "$(command -v initdb)")
fi

folder=$(mktemp -d)
stop() {
  if [ -f "$folder/data/postmaster.pid" ]; then
    unprivileged "$programs/pg_ctl" -D "$folder/data" -m immediate -w stop >/dev/null || true
  fi
  rm -rf "$folder"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

printf 'segl' >"$folder/password"
if [ "$(id -u)" -eq 0 ]; then
  chown -R postgres "$folder"
fi
cd "$folder"
unprivileged "$programs/initdb" --no-sync --encoding=UTF8 --locale=C --username=segl --auth=scram-sha-256 \
  --pwfile="$folder/password" -D "$folder/data" >"$folder/initdb.log" || { cat "$folder/initdb.log"; exit 1; }

# Another program may take the free port before the server does: then try the next one.
started=
for _ in 1 2 3 4 5; do
  port=$(node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
  # Without fsync: the tests kill processes, never the kernel that holds their writes.
  if unprivileged "$programs/pg_ctl" -D "$folder/data" -l "$folder/log" -w -t 60 -o \
    "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$folder -c fsync=off -c max_connections=200" \
    start >/dev/null; then
    started=$port
    break
  fi
done
if [ -z "$started" ]; then
  echo "PostgreSQL does not start:" >&2
  tail -n 20 "$folder/log" >&2
  exit 1
fi

cd "$OLDPWD"
export SEGL_TEST_POSTGRES="postgres://segl:segl@127.0.0.1:$started"
"$@"
