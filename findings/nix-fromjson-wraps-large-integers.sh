#!/usr/bin/env bash
# nix 2.8.0 (Debian nix-bin 2.8.0-1.1+b1) reads a JSON integer above 2^63 - 1 as a negative one, and writes six digits of a float.
#
# Input: valid JSON (RFC 8259): 18446744073709551615, the largest u64, and 9223372036854775808.
# Expected: the same number, a float near it, or an error. RFC 8259 section 6 lets a reader limit its range and says that
#   2^53 and above may lose precision; it offers no wrap-around. The manual of Nix has integers of 64 bits
#   (https://nixos.org/manual/nix/stable/language/values.html).
# Seen: -1 and -9223372036854775808. A limit of u64::MAX in a schema or a config becomes -1 between two lines of Nix. And
#   `builtins.toJSON` rounds 16777217.0 to 1.67772e+07 and writes 1.0 as the integer 1: a float and back is another number.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if ! command -v nix-instantiate > /dev/null; then
  apt-get install --yes --no-install-recommends nix-bin=2.8.0-1.1+b1 > "$work/apt.log"
fi
nix-instantiate --version 2> "$work/errors.txt"
evaluate() {
  NIX_STATE_DIR=$work/state NIX_STORE_DIR=$work/store nix-instantiate --eval --strict --expr "$1" 2> "$work/errors.txt"
}
seen=$(
  for number in 9223372036854775807 9223372036854775808 18446744073709551615; do
    echo "fromJSON $number: $(evaluate "builtins.fromJSON \"$number\"")"
  done
  for number in 16777217.0 3.141592653589793 1.0; do
    echo "toJSON $number: $(evaluate "builtins.toJSON $number")"
  done
)
recorded='fromJSON 9223372036854775807: 9223372036854775807
fromJSON 9223372036854775808: -9223372036854775808
fromJSON 18446744073709551615: -1
toJSON 16777217.0: "1.67772e+07"
toJSON 3.141592653589793: "3.14159"
toJSON 1.0: "1"'
printf 'expected: no line changes its number\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
