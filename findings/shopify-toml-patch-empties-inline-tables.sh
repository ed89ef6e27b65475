#!/usr/bin/env bash
# @shopify/toml-patch 0.3.0 (npm) replaces an inline table when a key is added to it: the other keys are gone.
#
# Input: valid TOML 1.0 with a table in four notations, and one key that is added to it.
# Expected: both keys. TOML 1.0.0, "Inline Table": an inline table is a table in another notation; the README: "to efficiently
#   update TOML files", with `[['new_table', 'key'], 'new value']` among the changes of one value after which the rest stays.
# Seen: `server = { host = "a" }` becomes `[server]` with the port alone, without an error; a change of the host keeps the
#   inline table, and so does the new key in a table with a header or with dotted keys. @rainbowatcher/toml-edit-js 0.6.5 (npm),
#   on the same core toml_edit, keeps both.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$work" \
  @shopify/toml-patch@0.3.0 @rainbowatcher/toml-edit-js@0.6.5 smol-toml@1.9.1 > /dev/null
cat > "$work/probe.mjs" <<'JAVASCRIPT'
import edit from "@rainbowatcher/toml-edit-js";
import * as rainbow from "@rainbowatcher/toml-edit-js";
import { updateTomlValues } from "@shopify/toml-patch";
import { parse } from "smol-toml";

await edit();
for (const text of [
  '[server]\nhost = "a"\n',
  'server.host = "a"\n',
  'server = { host = "a" }\n',
  '[node]\nserver = { host = "a" }\n',
]) {
  const path = text.startsWith("[node]") ? ["node", "server", "port"] : ["server", "port"];
  const written = updateTomlValues(text, [[path, 2]]);
  console.log(JSON.stringify(text));
  console.log("  @shopify/toml-patch          ", JSON.stringify(written), JSON.stringify(parse(written)));
  console.log("  @rainbowatcher/toml-edit-js  ", JSON.stringify(parse(rainbow.edit(text, path.join("."), 2))));
}
JAVASCRIPT
seen=$(cd "$work" && node probe.mjs)
recorded='"[server]\nhost = \"a\"\n"
  @shopify/toml-patch           "[server]\nhost = \"a\"\nport = 2\n" {"server":{"host":"a","port":2}}
  @rainbowatcher/toml-edit-js   {"server":{"host":"a","port":2}}
"server.host = \"a\"\n"
  @shopify/toml-patch           "server.host = \"a\"\nserver.port = 2\n" {"server":{"host":"a","port":2}}
  @rainbowatcher/toml-edit-js   {"server":{"host":"a","port":2}}
"server = { host = \"a\" }\n"
  @shopify/toml-patch           "[server]\nport = 2\n" {"server":{"port":2}}
  @rainbowatcher/toml-edit-js   {"server":{"host":"a","port":2}}
"[node]\nserver = { host = \"a\" }\n"
  @shopify/toml-patch           "[node]\n\n[node.server]\nport = 2\n" {"node":{"server":{"port":2}}}
  @rainbowatcher/toml-edit-js   {"node":{"server":{"host":"a","port":2}}}'
printf 'expected: host and port in every line\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
