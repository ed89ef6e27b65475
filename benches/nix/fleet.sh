#!/usr/bin/env bash
# Measures the wall time of `nix build` for whole fleets, including evaluation, and of evaluating 1,000
# nodes with nixpkgs' module system. Needs `scripts/nix --prepare`.
#
#   NIXPKGS_LIB=.../nixpkgs/lib benches/nix/fleet.sh [RUNS]
set -euo pipefail
cd "$(dirname "$0")"

runs=${1:-3}
stub=$(realpath ../../target/nixpkgs)
nix=../../scripts/nix
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# Prints the wall time of a command in seconds.
timed() {
  local start=$EPOCHREALTIME
  "$@" >/dev/null 2>"$log" || {
    cat "$log" >&2
    return 1
  }
  awk "BEGIN { print $EPOCHREALTIME - $start }"
}

build() {
  local salt=$RANDOM$RANDOM
  CONFGATE_BARE=1 timed $nix build --impure --no-link --expr \
    "import $PWD/build.nix { count = $1; salt = \"run $salt\"; stub = \"$stub\"; }"
}

nixpkgs() {
  CONFGATE_BARE=1 timed $nix eval --impure --expr \
    "import $PWD/fleet.nix { way = \"nixpkgs\"; count = $1; nixpkgsLib = $NIXPKGS_LIB; }"
}

median() { sort -n | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'; }

"$nix" --version
build 1 >/dev/null
printf '%8s %14s %18s\n' nodes "nix build" "for 1,000 nodes"
for count in 1000 2000 5000 10000; do
  seconds=$(for _ in $(seq "$runs"); do build $count; done | median)
  printf '%8d %12.2f s %16.2f s\n' "$count" "$seconds" "$(awk "BEGIN { print $seconds * 1000 / $count }")"
done
if [ -n "${NIXPKGS_LIB-}" ]; then
  seconds=$(for _ in $(seq "$runs"); do nixpkgs 1000; done | median)
  printf '%s: %.2f s\n' "nixpkgs, evaluating 1,000 nodes" "$seconds"
else
  echo "skipped: evaluation by nixpkgs (NIXPKGS_LIB does not name a copy of its lib)"
fi
