#!/usr/bin/env bash
# Composing modules here against composing them with nixpkgs' module system, over the same model and the same modules: user
# CPU time of a whole Nix process, the median of several runs in turn.
#
#   NIXPKGS_LIB=.../nixpkgs/lib benches/nix/evaluate.sh [RUNS]
set -euo pipefail
cd "$(dirname "$0")"

if [ -z "${NIXPKGS_LIB-}" ]; then
  echo "skipped: evaluation against nixpkgs (NIXPKGS_LIB does not name a copy of its lib)"
  exit 0
fi

runs=${1:-7}
nix=${CONFGATE_NIX:-nix}
export NIX_CONFIG="${NIX_CONFIG:+$NIX_CONFIG$'\n'}experimental-features = nix-command flakes"

# Seconds of user CPU time that one run takes.
seconds() {
  NIX_SHOW_STATS=1 "$nix" eval --impure --expr \
    "import ./fleet.nix { way = \"$1\"; count = $2; nixpkgsLib = $NIXPKGS_LIB; }" 2>&1 >/dev/null |
    sed -n 's/.*"cpuTime": \([0-9.]*\).*/\1/p'
}

median() { sort -n | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'; }

"$nix" --version
printf '%8s %12s %12s %12s %8s\n' configs confgate "values only" nixpkgs ratio
for count in 1 4 1000; do
  times=$(mktemp -d)
  for _ in $(seq "$runs"); do
    for way in confgate values nixpkgs; do
      seconds "$way" "$count" >>"$times/$way"
    done
  done
  ours=$(median <"$times/confgate") values=$(median <"$times/values") theirs=$(median <"$times/nixpkgs")
  rm -r "$times"
  printf '%8d %10.3f s %10.3f s %10.3f s %8.2f\n' "$count" "$ours" "$values" "$theirs" \
    "$(awk "BEGIN { print $ours / $theirs }")"
done
