#!/usr/bin/env bash
# Installs what the tests need beside Rust and Node, from Debian's packages: PostgreSQL's programs, Chromium, and a
# PC/SC service with a virtual card reader.
# Elsewhere it says what is missing, and fails.
set -euo pipefail

missing=()
# Debian keeps the server's programs out of the path.
if ! compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null && ! command -v initdb >/dev/null; then
  missing+=(postgresql)
fi
if ! command -v chromium >/dev/null; then
  missing+=(chromium)
fi
if [ ! -x /usr/sbin/pcscd ]; then
  missing+=(pcscd)
fi
if ! compgen -G '/usr/lib/pcsc/drivers/serial/libifdvpcd.so*' >/dev/null; then
  missing+=(vsmartcard-vpcd)
fi
if [ ${#missing[@]} -eq 0 ]; then
  exit 0
fi

if ! command -v apt-get >/dev/null; then
  echo "The tests need ${missing[*]}, and this is no Debian: please install it." >&2
  exit 1
fi
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! sudo -n true 2>/dev/null; then
    echo "The tests need ${missing[*]}: please run 'sudo apt-get install ${missing[*]}'." >&2
    exit 1
  fi
  as_root=(sudo -n)
fi
echo "Installing ${missing[*]}"
"${as_root[@]}" apt-get update -q
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"
