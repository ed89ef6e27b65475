#!/usr/bin/env bash
# prom-client 15.1.3 (npm) writes helps, bounds and unsorted buckets into OpenMetrics as they stand in the older text format.
#
# Input: a counter whose help has quotes, and a histogram with the bounds 0.5, 10 and 1, in a registry for OpenMetrics.
# Expected: `\"` in the help and bounds in order. In the ABNF of OpenMetrics 1.0 a help is an `escaped-string`, whose plain
#   characters leave out the quote; "Buckets MUST be sorted in number increasing order of \"le\""; for 1 the number in `le`
#   SHOULD be "1.0" (Canonical Numbers), so that each exposer has the same text.
# Seen: `"a"` in the help, `le="10"` before `le="1"`, and bounds without a point, which are another label than those of an
#   exposer in Go or Python: a query by `le="1.0"` misses them. The Python client 0.26.0 sorts or refuses, and writes 1.0 and
#   10.0.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$work" prom-client@15.1.3 > /dev/null
cat > "$work/probe.cjs" <<'JAVASCRIPT'
const { Counter, Histogram, Registry } = require("prom-client");

const registry = new Registry(Registry.OPENMETRICS_CONTENT_TYPE);
const registers = [registry];
new Counter({ name: "reloads", help: 'Reloads of "a".', registers }).inc();
new Histogram({ name: "seconds", help: "Time.", buckets: [0.5, 10, 1], registers }).observe(0.7);
registry.metrics().then((text) => process.stdout.write(text));
JAVASCRIPT
seen=$(cd "$work" && node probe.cjs)
recorded='# HELP reloads Reloads of "a".
# TYPE reloads counter
reloads_total 1
# HELP seconds Time.
# TYPE seconds histogram
seconds_bucket{le="0.5"} 0
seconds_bucket{le="10"} 1
seconds_bucket{le="1"} 1
seconds_bucket{le="+Inf"} 1
seconds_sum 0.7
seconds_count 1
# EOF'
printf 'expected: escaped quotes, and le of 0.5, 1.0, 10.0 and +Inf\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
