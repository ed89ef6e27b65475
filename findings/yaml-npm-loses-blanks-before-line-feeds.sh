#!/usr/bin/env bash
# yaml 2.9.1 (npm) writes a text of blanks and line feeds without its blanks, and reads an indicator of indentation at the root
#   as one too many.
#
# Input: texts, written by `stringify` and read by `parse`.
# Expected: the text. YAML 1.2.2 section 8.1.1.1: the indentation of a block scalar is that of its first line that is not empty
#   unless an indicator gives it, which is added to the indentation of the parent; at the root of a document that is -1
#   (section 9.1.3: `s-l+block-node(-1,block-in)`), so `|1` there has an indentation of zero.
# Seen: `|+` without an indicator, in which every line is empty and its blanks are indentation; the text " \n" is "\n"
#   afterwards, in js-yaml 5.5.0 too. `|1-` at the root is written with that zero and read as one, so the package refuses its
#   own text or takes a blank off it; js-yaml reads it as the standard has it, and writes texts that yaml refuses.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$work" yaml@2.9.1 js-yaml@5.5.0 > /dev/null
cat > "$work/probe.mjs" <<'JAVASCRIPT'
import * as jsYaml from "js-yaml";
import * as yaml from "yaml";

const attempt = (read) => {
  try {
    return JSON.stringify(read());
  } catch (error) {
    return "error";
  }
};
for (const value of [{ a: " \n" }, ["  \n\n", "b"], " a\nb", "\n a\n"]) {
  const written = yaml.stringify(value);
  console.log(`${JSON.stringify(value)} as ${JSON.stringify(written)}`);
  console.log(`  yaml ${attempt(() => yaml.parse(written))}, js-yaml ${attempt(() => jsYaml.load(written))}`);
  console.log(`  of js-yaml's text: yaml ${attempt(() => yaml.parse(jsYaml.dump(value)))}, js-yaml ${attempt(() => jsYaml.load(jsYaml.dump(value)))}`);
}
JAVASCRIPT
seen=$(cd "$work" && node probe.mjs)
recorded='{"a":" \n"} as "a: |+\n   \n"
  yaml {"a":"\n"}, js-yaml {"a":"\n"}
  of js-yaml'\''s text: yaml {"a":" \n"}, js-yaml {"a":" \n"}
["  \n\n","b"] as "- |+\n    \n\n- b\n"
  yaml ["\n\n","b"], js-yaml ["\n\n","b"]
  of js-yaml'\''s text: yaml ["  \n\n","b"], js-yaml ["  \n\n","b"]
" a\nb" as "|1-\n a\nb\n"
  yaml error, js-yaml " a\nb"
  of js-yaml'\''s text: yaml error, js-yaml " a\nb"
"\n a\n" as "|1\n\n a\n"
  yaml "\na\n", js-yaml "\n a\n"
  of js-yaml'\''s text: yaml "\na\n", js-yaml "\n a\n"'
printf 'expected: the text in every line\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
