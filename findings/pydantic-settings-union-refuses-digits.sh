#!/usr/bin/env bash
# pydantic-settings 2.16.3 (PyPI): a field of text or a list takes "abc" from the environment and refuses "123456", "true" and "null".
#
# Input: environment variables for the types `list[str] | str`, `Token | str` (Token is a model) and `list[int] | None`.
# Expected: the text, which each type but the last has, as for a field of `str` alone. The documentation ("Parsing environment
#   variable values"): "Complex types like `list`, `set`, `dict`, and sub-models are populated from the environment by treating the
#   environment variable's value as a JSON-encoded string"; text is no complex type. For the last, null is a value of the type.
# Seen: text that is no JSON is kept, and text that happens to be JSON is read as such and refused as the number or the boolean
#   that it is then not allowed to be. `null` is dropped: "Field required", or the default in place of None. A token of digits
#   stops a service that runs with a token of letters.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check pydantic-settings==2.16.3 pydantic==2.14.4
cat > "$work/probe.py" <<'PYTHON'
import os
from pydantic import BaseModel, ValidationError
from pydantic_settings import BaseSettings


class Token(BaseModel):
    file: str


class Plain(BaseSettings):
    value: str


class ListOrText(BaseSettings):
    value: list[str] | str


class TokenOrText(BaseSettings):
    value: Token | str


class OptionalList(BaseSettings):
    value: list[int] | None


class DefaultList(BaseSettings):
    value: list[int] | None = [1]


for text in ["abc", "123456", "true", "null"]:
    os.environ["VALUE"] = text
    for settings in [Plain, ListOrText, TokenOrText, OptionalList, DefaultList]:
        if text != "null" and settings in (OptionalList, DefaultList):
            continue
        try:
            outcome = repr(settings().value)
        except ValidationError as error:
            outcome = f"refused, {error.errors()[0]['msg']}"
        print(f"{text} for {settings.__name__}: {outcome}")
PYTHON
seen=$(cd "$work" && venv/bin/python probe.py)
recorded='abc for Plain: '"'"'abc'"'"'
abc for ListOrText: '"'"'abc'"'"'
abc for TokenOrText: '"'"'abc'"'"'
123456 for Plain: '"'"'123456'"'"'
123456 for ListOrText: refused, Input should be a valid list
123456 for TokenOrText: refused, Input should be a valid dictionary or instance of Token
true for Plain: '"'"'true'"'"'
true for ListOrText: refused, Input should be a valid list
true for TokenOrText: refused, Input should be a valid dictionary or instance of Token
null for Plain: '"'"'null'"'"'
null for ListOrText: refused, Field required
null for TokenOrText: refused, Field required
null for OptionalList: refused, Field required
null for DefaultList: [1]'
printf 'expected: the text in each line of text, and None in the last two\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
