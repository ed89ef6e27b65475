#!/usr/bin/env bash
# common-expression-language 0.10.0 (PyPI, core of the crate cel): the size of a text is its bytes in UTF-8, and `exists` fails
#   where a later element holds.
#
# Input: valid expressions of CEL.
# Expected: the CEL specification (doc/langdef.md): `size` of a text is "the number of Unicode codepoints"; `exists` combines
#   its results "with the `||` operator", whose errors are ignored if another operand is true; numbers compare "as though they
#   exist on a continuous number line"; and `NaN < 1.0` is a comparison of two doubles, which has an overload. It is "an error
#   to have duplicate keys" in a map.
# Seen: 2 for a letter with an accent, so that a limit of characters refuses a text that fits; an error for `[0, 1].exists(x, 1
#   / x > 0)`, while `1 / 0 > 0 || true` and the reversed list are true; false for 9007199254740993 > 9007199254740992.0; and
#   the last of two equal keys. cel-python 0.5.0 (PyPI) has 1, true and the error for the keys.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check common-expression-language==0.10.0
cat > "$work/probe.py" <<'PYTHON'
import cel

for text in [
    "size('é')",
    "[1, 0].exists(x, 1 / x > 0)",
    "[0, 1].exists(x, 1 / x > 0)",
    "1 / 0 > 0 || true",
    "9007199254740993 > 9007199254740992.0",
    "0.0 / 0.0 < 1.0",
    "{'a': 1, 'a': 2}",
]:
    try:
        seen = cel.evaluate(text, {})
    except (ArithmeticError, TypeError, ValueError, RuntimeError) as error:
        seen = f"error: {error}".split(".")[0].split("\n")[0]
    print(text, "->", seen)
PYTHON
seen=$(cd "$work" && venv/bin/python probe.py)
recorded='size('\''é'\'') -> 2
[1, 0].exists(x, 1 / x > 0) -> True
[0, 1].exists(x, 1 / x > 0) -> error: division by zero in CEL expression
1 / 0 > 0 || true -> True
9007199254740993 > 9007199254740992.0 -> False
0.0 / 0.0 < 1.0 -> error: No such overload: the operation is not defined for the given operand types
{'\''a'\'': 1, '\''a'\'': 2} -> {'\''a'\'': 2}'
printf 'expected: 1 | true | true | true | true | false | error\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
