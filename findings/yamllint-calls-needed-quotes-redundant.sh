#!/usr/bin/env bash
# yamllint 1.38.0 (PyPI) calls quotes redundant without which the text is a number of YAML 1.2, or another text.
#
# Input: valid YAML 1.2 with the quoted texts 1e3, -.5 and 0.1e1 and the escape "\u00e9", and the rule `quoted-strings` with
#   `required: only-when-needed`.
# Expected: no complaint, as for "017" and "yes". The documentation of the rule: with `only-when-needed`, quotes are "only allowed
#   when really needed". YAML 1.2.2 section 10.3.2: text such as 1e3 without quotes is a float (`[eE] [-+]? [0-9]+` behind digits
#   or behind a point and digits); section 5.7: escapes exist in double quotes only.
# Seen: "string value is redundantly quoted". Without quotes, 1e3 is the number 1000 for yaml 2.9.1 (npm), and \u00e9 is six
#   characters. A version or a commit such as "1e3" becomes a number by following the advice.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --prefix "$work" yaml@2.9.1 > /dev/null
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check yamllint==1.38.0
cat > "$work/probe.mjs" <<'JAVASCRIPT'
import { parse } from "yaml";

for (const text of process.argv.slice(2)) {
  console.log(`${JSON.stringify(parse(`"${text}"`))} with and ${JSON.stringify(parse(text))} without`);
}
JAVASCRIPT
cd "$work"
seen=$(
  for text in 017 yes 1.5 1e3 -.5 0.1e1 '\u00e9'; do
    printf 'key: "%s"\n' "$text" > file.yaml
    venv/bin/yamllint --format parsable --config-data '{rules: {quoted-strings: {quote-type: any, required: only-when-needed}}}' \
      file.yaml > report.txt || true
    complaint=$(grep -o 'redundantly quoted' report.txt || echo accepted)
    echo "$text: $complaint, $(node probe.mjs -- "$text" | tail -n 1)"
  done
)
recorded='017: accepted, "017" with and 17 without
yes: accepted, "yes" with and "yes" without
1.5: accepted, "1.5" with and 1.5 without
1e3: redundantly quoted, "1e3" with and 1000 without
-.5: redundantly quoted, "-.5" with and -0.5 without
0.1e1: redundantly quoted, "0.1e1" with and 1 without
\u00e9: redundantly quoted, "é" with and "\\u00e9" without'
printf 'expected: accepted in each line\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
