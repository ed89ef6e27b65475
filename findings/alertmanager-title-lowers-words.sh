#!/usr/bin/env bash
# Alertmanager 0.25.0 (Debian prometheus-alertmanager 0.25.0-1+b4): the template function `title` writes "Cpu" for "CPU".
#
# Input: names of alerts in the template functions of Alertmanager (`amtool template render`) and of Prometheus 2.42.0 (`promtool
#   test rules`).
# Expected: "HTTP Errors On Node". The template reference of both (docs/notifications.md, docs/configuration/template_reference.md)
#   names `strings.Title`, "capitalises first character of each word"; the other letters stay.
# Seen: Alertmanager lowers the rest of each word, so `HighCPULoad` becomes `Highcpuload` in a notification, while the annotation
#   that Prometheus renders with the same function keeps it.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -o APT::Sandbox::User=root download prometheus=2.42.0+ds-5+deb12u1 prometheus-alertmanager=0.25.0-1+b4 > apt.log
for package in *.deb; do
  dpkg-deb --extract "$package" root
done
touch empty.tmpl
cat > test.yml <<'YAML'
rule_files: [rules.yml]
evaluation_interval: 1m
tests:
  - alert_rule_test:
      - { eval_time: 1m, alertname: Alert, exp_alerts: [] }
YAML
annotate() {
  cat > rules.yml <<YAML
groups:
  - name: group
    rules:
      - { alert: Alert, expr: "vector(1)", annotations: { text: '{{ title "$1" }}' } }
YAML
  root/usr/bin/promtool test rules test.yml 2>&1 | grep -o 'text="[^"]*"' | cut -d '"' -f 2
}
seen=$(
  for name in "disk full" "HTTP errors on node" "HighCPULoad"; do
    echo "$name: Prometheus $(annotate "$name"), Alertmanager $(root/usr/bin/amtool template render \
      --template.glob=empty.tmpl --template.text="{{ title \"$name\" }}")"
  done
)
recorded='disk full: Prometheus Disk Full, Alertmanager Disk Full
HTTP errors on node: Prometheus HTTP Errors On Node, Alertmanager Http Errors On Node
HighCPULoad: Prometheus HighCPULoad, Alertmanager Highcpuload'
printf 'expected: the same from both\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
