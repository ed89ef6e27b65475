#!/usr/bin/env bash
# ajv-formats 3.0.1 (npm) refuses valid URI templates and URIs, and accepts durations that RFC 3339 has no form for.
#
# Input: strings for the formats `uri-template`, `uri` and `duration`.
# Expected: RFC 6570 section 2.3: `varname = varchar *( ["."] varchar )`, so `{a.b}` is a template; RFC 3986 section 3:
#   `hier-part` may be empty, so `about:` is a URI; RFC 3339 appendix A: a year is followed by months or by nothing, so `P1Y1D`
#   and `PT1H1S` are no durations. The README names RFC 6570 and RFC 3339 for its formats.
# Seen: the opposite for each, with ajv 8.20.0 and the default (full) mode.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --prefix "$work" ajv-formats@3.0.1 ajv@8.20.0 > /dev/null
cat > "$work/probe.mjs" <<'JAVASCRIPT'
import Ajv from "ajv";
import addFormats from "ajv-formats";

const ajv = addFormats.default(new Ajv.default());
for (const [format, instance, expected] of [
  ["uri-template", "{a}", true],
  ["uri-template", "{a.b}", true],
  ["uri-template", "https://x.example/{?page.size}", true],
  ["uri", "about:blank", true],
  ["uri", "about:", true],
  ["duration", "P1Y2M1D", true],
  ["duration", "P1Y1D", false],
  ["duration", "PT1H1S", false],
]) {
  console.log(`${format} ${instance}: expected ${expected}, seen ${ajv.compile({ type: "string", format })(instance)}`);
}
JAVASCRIPT
seen=$(cd "$work" && node probe.mjs)
recorded='uri-template {a}: expected true, seen true
uri-template {a.b}: expected true, seen false
uri-template https://x.example/{?page.size}: expected true, seen false
uri about:blank: expected true, seen true
uri about:: expected true, seen false
duration P1Y2M1D: expected true, seen true
duration P1Y1D: expected false, seen true
duration PT1H1S: expected false, seen true'
printf 'expected: the expected verdict in every line\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
