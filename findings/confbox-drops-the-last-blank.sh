#!/usr/bin/env bash
# confbox 0.3.2 (npm) drops the last blank of a long text in YAML, and cannot read the INI key `a=b` that it writes.
#
# Input: texts of more than 80 characters that end with a blank, and objects for INI.
# Expected: the same data from `parseYAML` and `parseINI`. YAML 1.2.2 section 8.1.3 with 8.1.1.2: the last line of a folded
#   scalar is content to its end, trailing blanks included, and chomping concerns line breaks. The README:
#   "Parsing and serialization utils for YAML".
# Seen: a folded scalar whose last line has no blank; below 80 characters, and in js-yaml 5.5.0 and yaml 2.9.1, the text keeps
#   it. In INI the key is quoted by the writer, and the reader cuts at the sign inside the quotes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$work" confbox@0.3.2 js-yaml@5.5.0 > /dev/null
cat > "$work/probe.mjs" <<'JAVASCRIPT'
import { parseINI, parseYAML, stringifyINI, stringifyYAML } from "confbox";
import * as jsYaml from "js-yaml";

for (const value of ["usage: ", "word ".repeat(15), "word ".repeat(20), "prompt> ".repeat(12)]) {
  const written = stringifyYAML({ text: value });
  const [own, other, dumped] = [parseYAML(written), jsYaml.load(written), jsYaml.load(jsYaml.dump({ text: value }))];
  const show = (read) => `${read.text.length} of ${value.length} characters`;
  console.log(`${JSON.stringify(value.slice(0, 12))}…: confbox ${show(own)}, js-yaml of it ${show(other)}, js-yaml alone ${show(dumped)}`);
}
const pairs = { "a=b": "c" };
console.log(JSON.stringify(pairs), JSON.stringify(stringifyINI(pairs)), JSON.stringify(parseINI(stringifyINI(pairs))));
JAVASCRIPT
seen=$(cd "$work" && node probe.mjs)
recorded='"usage: "…: confbox 7 of 7 characters, js-yaml of it 7 of 7 characters, js-yaml alone 7 of 7 characters
"word word wo"…: confbox 75 of 75 characters, js-yaml of it 75 of 75 characters, js-yaml alone 75 of 75 characters
"word word wo"…: confbox 99 of 100 characters, js-yaml of it 99 of 100 characters, js-yaml alone 100 of 100 characters
"prompt> prom"…: confbox 95 of 96 characters, js-yaml of it 95 of 96 characters, js-yaml alone 96 of 96 characters
{"a=b":"c"} "\"a=b\" = c\n" {"\"a":"b\" = c"}'
printf 'expected: the last blank in every line, and {"a=b":"c"}\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
