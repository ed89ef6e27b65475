#!/usr/bin/env bash
# Prometheus 2.42.0 (Debian prometheus 2.42.0+ds-5+deb12u1): the number 010 is 8 in a query, 09 is 9 and 010.0 is 10.
#
# Input: numbers with a leading zero, as templates with padding write them, in `promtool test rules`.
# Expected: 10, 100 and 9. The documentation of float literals (docs/querying/basics.md) has the form `[0-9]*\.?[0-9]+` beside
#   `0[xX][0-9a-fA-F]+`: digits are decimal, there is no octal form, and the examples have none.
# Seen: a literal of digits below 8 with a leading zero is read as octal, one with an 8 or a 9 or a point as decimal. A threshold
#   `> 0100` fires at 65. Binary and underscores, which Go's reader has beside octal, are refused.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -o APT::Sandbox::User=root download prometheus=2.42.0+ds-5+deb12u1 > apt.log
dpkg-deb --extract prometheus_*.deb root
for number in 10 010 0100 09 010.0 0b11; do
  cat > test.yml <<YAML
tests:
  - promql_expr_test:
      - expr: "$number"
        eval_time: 1m
        exp_samples: [{ value: -1 }]
YAML
  root/usr/bin/promtool test rules test.yml > "$number.txt" 2>&1 || true
done
seen=$(
  for number in 10 010 0100 09 010.0 0b11; do
    echo "$number: $(grep -o 'got:.*\|parse error.*' "$number.txt")"
  done
)
recorded='10: got: {} 1E+01
010: got: {} 8E+00
0100: got: {} 6.4E+01
09: got: {} 9E+00
010.0: got: {} 1E+01
0b11: parse error: bad number or duration syntax: "0"'
printf 'expected: 10, 10, 100, 9, 10 and a parse error\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
