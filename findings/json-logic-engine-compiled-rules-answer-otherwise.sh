#!/usr/bin/env bash
# json-logic-engine 5.0.7 (npm) gives other answers to a rule when it is compiled (`build`) than when it is interpreted (`run`).
#
# Input: valid JsonLogic rules over an attribute that is absent or null.
# Expected: one answer, that of JsonLogic. The README: "Logic Compilation: Compile your rules for 12.5-20x performance
#   improvements in hot paths", with no other difference. json-logic-js 2.0.5, the reference implementation, says false for `all`
#   over nothing, and keeps a null that is present.
# Seen: compiled, `all` over an absent list is true and a null takes the default of `var`. @openfeature/flagd-core 4.0.1 compiles
#   with this package, so a flag that is on for members of beta groups alone is on for users without any group.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$work" json-logic-engine@5.0.7 json-logic-js@2.0.5 \
  @openfeature/flagd-core@4.0.1 @openfeature/core@1 > /dev/null
cat > "$work/probe.mjs" <<'JAVASCRIPT'
import { FlagdCore } from "@openfeature/flagd-core";
import { LogicEngine } from "json-logic-engine";
import reference from "json-logic-js";

const engine = new LogicEngine();
const cases = [
  [{ all: [{ var: "groups" }, { "==": [{ var: "" }, "beta"] }] }, {}],
  [{ all: [{ var: "groups" }, { "==": [{ var: "" }, "beta"] }] }, { groups: null }],
  [{ all: [{ var: "groups" }, { "==": [{ var: "" }, "beta"] }] }, { groups: ["beta"] }],
  [{ var: ["limit", 7] }, { limit: null }],
  [{ "!": [{ "!": [{ var: ["limit", 7] }] }] }, { limit: null }],
  [{ cat: ["limit ", { var: ["limit", 7] }] }, { limit: null }],
];
for (const [rule, data] of cases) {
  const answers = [reference.apply(rule, data), engine.run(rule, data), engine.build(rule)(data)];
  console.log(`${JSON.stringify(rule)} on ${JSON.stringify(data)}: reference ${answers[0]}, run ${answers[1]}, build ${answers[2]}`);
}
const core = new FlagdCore();
core.setConfigurations(JSON.stringify({
  flags: {
    beta: { state: "ENABLED", variants: { on: true, off: false }, defaultVariant: "off", targeting: { if: [cases[0][0], "on", "off"] } },
  },
}));
console.log(`flag for a user without groups: ${core.resolveBooleanEvaluation("beta", false, {}, console).variant}`);
JAVASCRIPT
seen=$(cd "$work" && node probe.mjs)
recorded='{"all":[{"var":"groups"},{"==":[{"var":""},"beta"]}]} on {}: reference false, run false, build true
{"all":[{"var":"groups"},{"==":[{"var":""},"beta"]}]} on {"groups":null}: reference false, run false, build true
{"all":[{"var":"groups"},{"==":[{"var":""},"beta"]}]} on {"groups":["beta"]}: reference true, run true, build true
{"var":["limit",7]} on {"limit":null}: reference null, run null, build 7
{"!":[{"!":[{"var":["limit",7]}]}]} on {"limit":null}: reference false, run false, build true
{"cat":["limit ",{"var":["limit",7]}]} on {"limit":null}: reference limit , run limit , build limit 7
flag for a user without groups: on'
printf 'expected: three times the same answer, and off\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
