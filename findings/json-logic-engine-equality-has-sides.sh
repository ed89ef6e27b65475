#!/usr/bin/env bash
# json-logic-engine 5.0.7 (npm): an absent attribute equals 0 where it is written first, and does not where 0 is.
#
# Input: the valid rules `{"==": [{"var": "n"}, 0]}` and `{"==": [0, {"var": "n"}]}`, and the same with false and with a second attribute,
#   over an attribute that is absent.
# Expected: false for all, as of json-logic-js 2.0.5, the reference implementation. jsonlogic.com/operations.html: `==` "Tests equality,
#   with type coercion", which is JavaScript's: null == 0 and undefined == 0 are false, and equality does not depend on the order.
# Seen: interpreted (`run`), all are true. Compiled (`build`), they are true with the attribute first and false with it second.
#   @openfeature/flagd-core 4.0.1 compiles with this package: a flag for users with 0 orders is on for those whose orders are not known,
#   until the operands are exchanged.
# Effect on Confgate: none; its evaluation follows JSON Logic (crates/flags/src/set/dialect.rs), and its comparison with flagd-core in
#   tests/flags/bucketing.rs writes the attribute second.
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
const attribute = { var: "n" };
const pairs = [[attribute, 0], [0, attribute], [attribute, false], [false, attribute], [attribute, { var: "zero" }], [{ var: "zero" }, attribute]];
for (const operands of pairs) {
  const rule = { "==": operands };
  const data = { zero: 0 };
  const answers = [reference.apply(rule, data), engine.run(rule, data), engine.build(rule)(data)];
  console.log(`${JSON.stringify(rule)}: reference ${answers[0]}, run ${answers[1]}, build ${answers[2]}`);
}
for (const operands of pairs.slice(0, 2)) {
  const core = new FlagdCore();
  const targeting = { if: [{ "==": operands }, "on", "off"] };
  const flag = { state: "ENABLED", variants: { on: true, off: false }, defaultVariant: "off", targeting };
  core.setConfigurations(JSON.stringify({ flags: { first: flag } }));
  console.log(`flag by ${JSON.stringify(operands)}: ${core.resolveBooleanEvaluation("first", false, {}, console).variant}`);
}
JAVASCRIPT
seen=$(cd "$work" && node probe.mjs)
recorded='{"==":[{"var":"n"},0]}: reference false, run true, build true
{"==":[0,{"var":"n"}]}: reference false, run true, build false
{"==":[{"var":"n"},false]}: reference false, run true, build true
{"==":[false,{"var":"n"}]}: reference false, run true, build false
{"==":[{"var":"n"},{"var":"zero"}]}: reference false, run true, build false
{"==":[{"var":"zero"},{"var":"n"}]}: reference false, run true, build false
flag by [{"var":"n"},0]: on
flag by [0,{"var":"n"}]: off'
printf 'expected: false six times, and off\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
