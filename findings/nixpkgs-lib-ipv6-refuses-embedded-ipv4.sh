#!/usr/bin/env bash
# nixpkgs' lib of 2026-06-14 (nix-community/nixpkgs.lib de42d442): `network.ipv6.fromString` refuses valid IPv6 addresses and prefixes.
#
# Input: the text of addresses of RFC 4291 section 2.2, whose third form ends in four decimal numbers, and of prefixes of section 2.3.
# Expected: an address. The documentation: fromString is to "Create an IPv6 address object from a string", and section 2.3 has
#   "::/0" for the prefix length of a default route: its length is "a decimal value specifying how many of the leftmost contiguous
#   bits of the address comprise the prefix".
# Seen: `::ffff:192.0.2.1` "contains malformed characters", `::/0` is out of "range [1;128]". ipaddress of Python reads all of them.
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
  for text in 2001:db8::1/64 ::ffff:192.0.2.1 64:ff9b::192.0.2.33/96 ::13.1.68.3 ::/0; do
    lib=$(evaluate "network.ipv6.fromString \"$text\"" > "$work/address.json" && echo read || echo refused)
    python=$(python3 -c 'import ipaddress, sys; ipaddress.IPv6Interface(sys.argv[1]); print("read")' "$text")
    echo "$text: $lib, by Python $python"
  done
)
recorded='2001:db8::1/64: read, by Python read
::ffff:192.0.2.1: refused, by Python read
64:ff9b::192.0.2.33/96: refused, by Python read
::13.1.68.3: refused, by Python read
::/0: refused, by Python read'
expected='each is read'
printf 'expected: %s\nseen:\n%s\n' "$expected" "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
