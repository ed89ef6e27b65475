#!/usr/bin/env bash
# python-dotenv 1.2.4 (PyPI) expands `${NAME}` inside single quotes, so that `set_key` writes a value that reads back as another.
#
# Input: a valid .env file with single-quoted values, a default inside a default, and a value stored by `set_key`.
# Expected: the text in single quotes as it stands, and `fallback`. The README: "python-dotenv can interpolate variables using
#   POSIX variable expansion". POSIX.1-2017, Shell Command Language 2.2.2: single quotes "preserve the literal value of each
#   character"; 2.6.2: the word of `${parameter:-word}` is itself expanded, and `${parameter-word}` has the word if unset.
# Seen: `'${REGION}'` is expanded, no escape keeps it (`\${REGION}` gives a backslash and the value), the inner default stays as
#   text, and `-` without a colon gives nothing. A password or a template with `${…}` in it is another one after `set_key`, which
#   puts single quotes around it. Beside it, what sh reads from the same file.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check python-dotenv==1.2.4
cd "$work"
cat > values.env <<'ENV'
REGION=eu
SINGLE='${REGION}'
DOUBLE="${REGION}"
ESCAPED=\${REGION}
NESTED=${ABSENT:-${OTHER:-fallback}}
DASH=${ABSENT-fallback}
ENV
cat > probe.py <<'PYTHON'
import dotenv

for key, value in dotenv.dotenv_values("values.env").items():
    print(f"dotenv {key}: {value}")
open("stored.env", "w").close()
dotenv.set_key("stored.env", "REGION", "eu")
dotenv.set_key("stored.env", "TEMPLATE", "https://${REGION}.example")
print(f"set_key https://${{REGION}}.example: {dotenv.get_key('stored.env', 'TEMPLATE')}")
PYTHON
seen=$(
  env -i venv/bin/python probe.py
  # shellcheck disable=SC2016
  env -i sh -c '. ./values.env; for name in REGION SINGLE DOUBLE ESCAPED NESTED DASH; do eval "echo sh $name: \$$name"; done'
)
recorded='dotenv REGION: eu
dotenv SINGLE: eu
dotenv DOUBLE: eu
dotenv ESCAPED: \eu
dotenv NESTED: ${OTHER:-fallback}
dotenv DASH: 
set_key https://${REGION}.example: https://eu.example
sh REGION: eu
sh SINGLE: ${REGION}
sh DOUBLE: eu
sh ESCAPED: ${REGION}
sh NESTED: fallback
sh DASH: fallback'
printf 'expected: dotenv as sh, and set_key unchanged\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
