#!/usr/bin/env bash
# nix 2.8.0 (Debian nix-bin 2.8.0-1.1+b1) refuses a TOML table that is defined after an array of tables below it.
#
# Input: `[[server.route]]` first and `[server]` later, from the valid set of toml-test (valid/array/open-parent-table.toml).
# Expected: a table with both. TOML 1.0.0, "Table": "You don't need to specify all the super-tables if you don't want to" and
#   "[x] # defining a super-table afterward is ok" (https://toml.io/en/v1.0.0#table).
# Seen: `builtins.fromTOML` fails with `table ("server") already exists`. The same order with a plain table below,
#   `[server.route]` and then `[server]`, is read, as are both by tomllib of Python.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if ! command -v nix-instantiate > /dev/null; then
  apt-get install --yes --no-install-recommends nix-bin=2.8.0-1.1+b1 > "$work/apt.log"
fi
nix-instantiate --version 2> "$work/errors.txt"
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check tomli==2.5.0
printf '[[server.route]]\npath = "/"\n\n[server]\nport = 80\n' > "$work/array.toml"
printf '[server.route]\npath = "/"\n\n[server]\nport = 80\n' > "$work/table.toml"
cat > "$work/read.py" <<'PYTHON'
import json, sys, tomli

print(json.dumps(tomli.load(open(sys.argv[1], "rb")), sort_keys=True, separators=(",", ":")))
PYTHON
seen=$(
  for name in table array; do
    echo "$name, tomli: $("$work/venv/bin/python" "$work/read.py" "$work/$name.toml")"
    echo "$name, nix: $(NIX_STATE_DIR=$work/state NIX_STORE_DIR=$work/store nix-instantiate --eval --strict --json \
      --expr "builtins.fromTOML (builtins.readFile $work/$name.toml)" 2> "$work/errors.txt" \
      || grep -o 'table ("server") already exists' "$work/errors.txt")"
  done
)
recorded='table, tomli: {"server":{"port":80,"route":{"path":"/"}}}
table, nix: {"server":{"port":80,"route":{"path":"/"}}}
array, tomli: {"server":{"port":80,"route":[{"path":"/"}]}}
array, nix: table ("server") already exists'
printf 'expected: nix as tomli in both cases\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
