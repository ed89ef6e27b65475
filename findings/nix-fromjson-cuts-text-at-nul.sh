#!/usr/bin/env bash
# nix 2.8.0 (Debian nix-bin 2.8.0-1.1+b1): `fromJSON` and `fromTOML` cut a text at the escape \u0000, without an error.
#
# Input: the valid JSON and TOML text `a\u0000bcd`, as a value.
# Expected: the four or more characters, or an error. RFC 8259 section 7 and TOML 1.0.0 ("String") have the escape for any
#   character; Nix itself refuses a file with the byte: `builtins.readFile` says that it "cannot be represented as a Nix string".
# Seen: the text "a" of length 1. Separators of records by NUL, as `find -print0` and environment blocks have them, make all
#   but the first record vanish between a file and its Nix value.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if ! command -v nix-instantiate > /dev/null; then
  apt-get install --yes --no-install-recommends nix-bin=2.8.0-1.1+b1 > "$work/apt.log"
fi
nix-instantiate --version 2> "$work/errors.txt"
printf '"a\\u0000bcd"' > "$work/value.json"
printf 'text = "a\\u0000bcd"\n' > "$work/value.toml"
printf 'a\0bcd' > "$work/value.txt"
evaluate() {
  NIX_STATE_DIR=$work/state NIX_STORE_DIR=$work/store nix-instantiate --eval --strict --expr "$1" 2> "$work/errors.txt" \
    || grep -o 'cannot be represented as a Nix string' "$work/errors.txt"
}
seen=$(
  echo "json: $(evaluate "let it = builtins.fromJSON (builtins.readFile $work/value.json); in [ it (builtins.stringLength it) ]")"
  echo "toml: $(evaluate "let it = (builtins.fromTOML (builtins.readFile $work/value.toml)).text; in [ it (builtins.stringLength it) ]")"
  echo "text: $(evaluate "builtins.readFile $work/value.txt")"
)
recorded='json: [ "a" 1 ]
toml: [ "a" 1 ]
text: cannot be represented as a Nix string'
printf 'expected: the whole text or an error, three times\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
