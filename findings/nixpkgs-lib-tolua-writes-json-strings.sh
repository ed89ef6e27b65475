#!/usr/bin/env bash
# nixpkgs' lib of 2026-06-14 (nix-community/nixpkgs.lib de42d442): `generators.toLua` writes strings of JSON, which Lua cannot read.
#
# Input: strings with control characters, such as the escape sequence of a terminal, which Nix strings hold.
# Expected: a Lua value that is the string. The documentation: toLua is to "Translate a simple Nix expression to Lua representation".
#   The Lua 5.4 manual, section 3.1: a character by its code point is `\u{1B}` with braces that "are mandatory".
# Seen: `"\u001b[0m"` of builtins.toJSON. Lua 5.4.4 refuses the whole file: "missing '{' in \u{xxxx}". The escapes that both
#   languages have, `\n` and `\t`, hide it.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if ! command -v nix-instantiate > /dev/null; then
  apt-get install --yes --no-install-recommends nix-bin=2.8.0-1.1+b1 > "$work/apt.log"
fi
# NIXPKGS_LIB_SOURCE names a mirror of the repository.
git clone --quiet "${NIXPKGS_LIB_SOURCE:-https://github.com/nix-community/nixpkgs.lib}" "$work/source"
git -C "$work/source" checkout --quiet de42d44212d207476489bce163375d8306a26d59
evaluate() {
  NIX_STATE_DIR=$work/state NIX_STORE_DIR=$work/store nix-instantiate --eval --strict --json \
    --expr "(import $work/source/lib).$1" 2> "$work/errors.txt"
}
(cd "$work" && apt-get download lua5.4=5.4.4-3+deb12u1 > "$work/apt.log" 2>&1 && dpkg -x lua5.4_*.deb "$work/lua")
seen=$(
  for text in 'line\nfeed' '\u001b[0m' 'bell\u0007' '\u007f'; do
    printf '"%s"' "$text" > "$work/text.json"
    evaluate "generators.toLua { } (builtins.fromJSON (builtins.readFile $work/text.json))" > "$work/lua.json"
    lua=$(python3 -c 'import json, sys; print(json.load(sys.stdin))' < "$work/lua.json")
    echo "return $lua" > "$work/value.lua"
    if "$work/lua/usr/bin/lua5.4" "$work/value.lua" 2> "$work/errors.txt"; then echo "$text: read"; else echo "$text: refused"; fi
  done
)
recorded='line\nfeed: read
\u001b[0m: refused
bell\u0007: refused
\u007f: read'
expected='each is read'
printf 'expected: %s\nseen:\n%s\n' "$expected" "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
