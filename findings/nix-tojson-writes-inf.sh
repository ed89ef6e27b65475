#!/usr/bin/env bash
# nix 2.8.0 (Debian nix-bin 2.8.0-1.1+b1): `builtins.toJSON` writes `inf` and `nan`, which JSON does not have and Nix cannot read.
#
# Input: valid TOML 1.0 with the floats `inf`, `-inf` and `nan` (https://toml.io/en/v1.0.0#float), read by `builtins.fromTOML`.
# Expected: JSON or an error. The manual: toJSON returns "a string containing a JSON representation of e". RFC 8259 section 6:
#   "Numeric values that cannot be represented in the grammar below (such as Infinity and NaN) are not permitted".
# Seen: `{"limit":inf}` from toJSON and from `nix-instantiate --json`, with exit code 0. `builtins.fromJSON` refuses the text: a file
#   made by Nix fails where it is loaded, not where it is made.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if ! command -v nix-instantiate > /dev/null; then
  apt-get install --yes --no-install-recommends nix-bin=2.8.0-1.1+b1 > "$work/apt.log"
fi
nix-instantiate --version 2> "$work/errors.txt"
evaluate() {
  NIX_STATE_DIR=$work/state NIX_STORE_DIR=$work/store nix-instantiate --eval --strict "$@" 2> "$work/errors.txt"
}
read_back() {
  if evaluate --expr "builtins.fromJSON (builtins.readFile $1)" > "$work/value.txt"; then echo read; else echo refused; fi
}
seen=$(
  for number in 1.5 inf -inf nan; do
    printf 'limit = %s\n' "$number" > "$work/value.toml"
    evaluate --json --expr "builtins.fromTOML (builtins.readFile $work/value.toml)" > "$work/value.json"
    echo "$number: $(cat "$work/value.json"), by fromJSON $(read_back "$work/value.json")"
  done
)
recorded='1.5: {"limit":1.5}, by fromJSON read
inf: {"limit":inf}, by fromJSON refused
-inf: {"limit":-inf}, by fromJSON refused
nan: {"limit":nan}, by fromJSON refused'
printf 'expected: JSON that fromJSON reads, or an error from toJSON\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
