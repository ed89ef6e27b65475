#!/usr/bin/env bash
# jstat 1.9.6 (npm) gives NaN or Infinity for probabilities of the Poisson and the binomial distribution with counts in the hundreds.
#
# Input: counts as a report on an experiment has them: 180 errors where 150 were expected, 100 conversions of 100000 users.
# Expected: numbers between 0 and 1, as scipy 1.17.1 (PyPI) gives them. The documentation of jStat.poisson.pdf and .cdf and
#   of jStat.binomial.pdf (https://jstat.github.io/distributions.html) has no limit on the counts.
# Seen: `poisson.pdf` and `.cdf` are Infinity at 170 and NaN from 171 on, whose factorial is no double anymore; `binomial.pdf` is NaN
#   or, for a small probability, Infinity. `binomial.cdf` agrees with scipy. Nothing is thrown, so a comparison with a threshold of
#   significance is false or true for no reason.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --prefix "$work" jstat@1.9.6 > /dev/null
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check scipy==1.17.1
cat > "$work/cases.json" <<'JSON'
[
  ["poisson.pdf", 170, 150],
  ["poisson.pdf", 171, 150],
  ["poisson.cdf", 170, 150],
  ["poisson.cdf", 180, 150],
  ["binomial.pdf", 100, 1000, 0.1],
  ["binomial.pdf", 100, 100000, 0.001],
  ["binomial.pdf", 5000, 10000, 0.5],
  ["binomial.cdf", 100, 100000, 0.001]
]
JSON
cat > "$work/probe.cjs" <<'JAVASCRIPT'
const { jStat } = require("jstat");

for (const [name, ...parameters] of require("./cases.json")) {
  const [distribution, method] = name.split(".");
  const value = jStat[distribution][method](...parameters);
  console.log(`jstat ${name}(${parameters}): ${Number.isFinite(value) ? value.toFixed(6) : value}`);
}
JAVASCRIPT
cat > "$work/probe.py" <<'PYTHON'
import json
from scipy import stats

functions = {"poisson.pdf": stats.poisson.pmf, "poisson.cdf": stats.poisson.cdf, "binomial.pdf": stats.binom.pmf, "binomial.cdf": stats.binom.cdf}
for name, *parameters in json.load(open("cases.json")):
    print(f"scipy {name}({','.join(map(str, parameters))}): {functions[name](*parameters):.6f}")
PYTHON
seen=$(cd "$work" && node probe.cjs && venv/bin/python probe.py)
recorded='jstat poisson.pdf(170,150): Infinity
jstat poisson.pdf(171,150): NaN
jstat poisson.cdf(170,150): Infinity
jstat poisson.cdf(180,150): NaN
jstat binomial.pdf(100,1000,0.1): 0.042017
jstat binomial.pdf(100,100000,0.001): Infinity
jstat binomial.pdf(5000,10000,0.5): NaN
jstat binomial.cdf(100,100000,0.001): 0.526562
scipy poisson.pdf(170,150): 0.008522
scipy poisson.pdf(171,150): 0.007476
scipy poisson.cdf(170,150): 0.950634
scipy poisson.cdf(180,150): 0.992357
scipy binomial.pdf(100,1000,0.1): 0.042017
scipy binomial.pdf(100,100000,0.001): 0.039881
scipy binomial.pdf(5000,10000,0.5): 0.007979
scipy binomial.cdf(100,100000,0.001): 0.526562'
printf 'expected: the numbers of scipy\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
