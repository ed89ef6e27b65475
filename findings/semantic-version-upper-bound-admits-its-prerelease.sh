#!/usr/bin/env bash
# semantic-version 2.10.0 (PyPI): `NpmSpec("<2.0.0-0")` admits 2.0.0-rc, the one version that such a bound is written to keep
#   out.
#
# Input: npm ranges with an upper bound and prereleases at that bound.
# Expected: what npm semver 7.8.6 says. The package documents NpmSpec as npm's syntax of ranges; Semantic Versioning 2.0.0 item
#   11 orders 2.0.0-0 before 2.0.0-rc before 2.0.0.
# Seen: `<V-pre` admits V-pre itself and later prereleases of V, and `<=1` admits 2.0.0-rc, of the next major version; `<1`
#   admits 1.0.0-alpha.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check semantic-version==2.10.0
cat > "$work/probe.py" <<'PYTHON'
import semantic_version

for text, version, npm in [
    ("<2.0.0-0", "2.0.0-rc", False),
    ("<1.2.3-beta", "1.2.3-beta", False),
    ("<1.2.3-beta", "1.2.3-beta.2", False),
    ("<1.2.3-beta", "1.2.2", True),
    ("<=1", "2.0.0-rc", False),
    ("<=1.2", "1.3.0-0", False),
    ("<1", "1.0.0-alpha", False),
]:
    seen = semantic_version.NpmSpec(text).match(semantic_version.Version(version))
    print(f"{version} in {text}: npm {npm}, semantic-version {seen}")
PYTHON
seen=$(cd "$work" && venv/bin/python probe.py)
recorded='2.0.0-rc in <2.0.0-0: npm False, semantic-version True
1.2.3-beta in <1.2.3-beta: npm False, semantic-version True
1.2.3-beta.2 in <1.2.3-beta: npm False, semantic-version True
1.2.2 in <1.2.3-beta: npm True, semantic-version True
2.0.0-rc in <=1: npm False, semantic-version True
1.3.0-0 in <=1.2: npm False, semantic-version True
1.0.0-alpha in <1: npm False, semantic-version True'
printf 'expected: as npm in every line\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
