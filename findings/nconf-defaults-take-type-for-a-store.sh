#!/usr/bin/env bash
# nconf 0.13.0 (npm) takes a config's own key `type` in `defaults` and `overrides` for the kind of a store, and adds one where
#   there is none.
#
# Input: literal defaults of a config, with and without keys called `type` and `store`.
# Expected: `get()` gives the defaults. The README on literal stores: "Loads a given object literal into the configuration
#   hierarchy. Both nconf.defaults() and nconf.overrides() use the Literal store."
# Seen: `get()` adds `type: "literal"`, to the object of the caller too; a real `type` is refused as an unknown store, or makes
#   another store that stays empty; a real `store` replaces the whole config.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --prefix "$work" nconf@0.13.0 > /dev/null
cat > "$work/probe.mjs" <<'JAVASCRIPT'
import nconf from "nconf";

for (const config of [{ port: 80 }, { type: "tcp", port: 80 }, { type: "memory", port: 80 }, { store: { a: 1 }, port: 80 }]) {
  const input = JSON.stringify(config);
  let seen;
  try {
    seen = JSON.stringify(new nconf.Provider().defaults(config).get());
  } catch (error) {
    seen = error.message;
  }
  console.log(`${input}: ${seen}`);
}
JAVASCRIPT
seen=$(cd "$work" && node probe.mjs)
recorded='{"port":80}: {"port":80,"type":"literal"}
{"type":"tcp","port":80}: Cannot add store with unknown type: tcp
{"type":"memory","port":80}: {}
{"store":{"a":1},"port":80}: {"a":1}'
printf 'expected: each config unchanged\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
