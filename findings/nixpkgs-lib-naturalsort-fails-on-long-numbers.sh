#!/usr/bin/env bash
# nixpkgs' lib of 2026-06-14 (nix-community/nixpkgs.lib de42d442) on nix 2.8.0: `naturalSort` fails on long numbers, or sorts them wrong.
#
# Input: names with a number of more than 64 bits, such as a time stamp with microseconds.
# Expected: the names in order. The documentation: "Numeric portions of strings are sorted in numeric order", as by `sort -V` of coreutils.
# Seen: "toInt: Could not convert" of a number of 20 digits ends the evaluation, and 9223372036854775808 comes before 10, since
#   fromJSON wraps it on this version of Nix. The function compares numbers as integers, not by their digits.
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
  for names in 'log-9 log-10' 'log-20240101000000000001 log-3' 'build-10 build-9223372036854775808'; do
    list=$(printf '"%s" ' $names)
    lib=$(evaluate "naturalSort [ $list]" || echo fails)
    echo "$names: $lib, by sort -V $(printf '%s\n' $names | sort -V | paste -sd' ')"
  done
)
recorded='log-9 log-10: ["log-9","log-10"], by sort -V log-9 log-10
log-20240101000000000001 log-3: fails, by sort -V log-3 log-20240101000000000001
build-10 build-9223372036854775808: ["build-9223372036854775808","build-10"], by sort -V build-10 build-9223372036854775808'
expected='the order of sort -V'
printf 'expected: %s\nseen:\n%s\n' "$expected" "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
