#!/usr/bin/env bash
# nixpkgs' lib of 2026-06-14 (nix-community/nixpkgs.lib de42d442): `escapeURL` leaves letters outside of ASCII as they are.
#
# Input: text in UTF-8, such as a user name or a path of a URL.
# Expected: ASCII alone. The documentation: escapeURL is to "Escape the `string` so it can be safely placed inside a URL query". RFC 3986
#   section 2.5: such characters are "first be encoded as octets according to the UTF-8 character encoding", and "only those octets
#   that do not correspond to characters in the unreserved set should be percent-encoded"; section 2.1 has no other form for them.
# Seen: "ü" and "€" stay, and a blank beside them becomes %20. urllib of Python escapes all three.
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
seen=$(
  for text in 'a b' 'jürgen' '5 €' '日本'; do
    lib=$(evaluate "escapeURL \"$text\"")
    echo "$text: $lib, by Python \"$(python3 -c 'import sys, urllib.parse; print(urllib.parse.quote(sys.argv[1], safe=""))' "$text")\""
  done
)
recorded='a b: "a%20b", by Python "a%20b"
jürgen: "jürgen", by Python "j%C3%BCrgen"
5 €: "5%20€", by Python "5%20%E2%82%AC"
日本: "日本", by Python "%E6%97%A5%E6%9C%AC"'
expected='the same from both'
printf 'expected: %s\nseen:\n%s\n' "$expected" "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
