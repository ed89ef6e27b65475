#!/usr/bin/env bash
# lsprotocol 2025.0.0 (PyPI) cannot read an InitializeResult whose notebook selector has cells alone, and drops document selectors.
#
# Input: valid results of `initialize` with one provider each.
# Expected: the same JSON after reading and writing. LSP 3.17, Notebook Document Synchronization: a selector has a `notebook` or
#   `cells`, where the other is optional; `inlineValueProvider` is `boolean | InlineValueOptions | InlineValueRegistrationOptions`,
#   the last of which has `documentSelector`.
# Seen: `{"cells": [{"language": "nix"}]}` raises StructureHandlerNotFoundError, so a client on lsprotocol cannot start such a
#   server; a selector with both is read. The document selector of inline values and of implementations is lost.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check lsprotocol==2025.0.0 cattrs==26.2.1 attrs==26.1.0
cat > "$work/probe.py" <<'PYTHON'
import json
from cattrs.errors import ClassValidationError
from lsprotocol import converters, types

converter = converters.get_converter()
for capabilities in [
    {"hoverProvider": True},
    {"notebookDocumentSync": {"notebookSelector": [{"notebook": "book", "cells": [{"language": "nix"}]}]}},
    {"notebookDocumentSync": {"notebookSelector": [{"notebook": {"scheme": "file"}}]}},
    {"notebookDocumentSync": {"notebookSelector": [{"cells": [{"language": "nix"}]}]}},
    {"inlayHintProvider": {"documentSelector": [{"language": "nix"}], "id": "a"}},
    {"inlineValueProvider": {"documentSelector": [{"language": "nix"}]}},
    {"implementationProvider": {"documentSelector": [{"language": "nix"}]}},
]:
    try:
        read = converter.structure({"capabilities": capabilities}, types.InitializeResult)
        outcome = json.dumps(converter.unstructure(read, types.InitializeResult)["capabilities"])
        outcome = "unchanged" if json.loads(outcome) == capabilities else outcome
    except ClassValidationError as error:
        while getattr(error, "exceptions", None):
            error = error.exceptions[0]
        outcome = type(error).__name__
    print(f"{json.dumps(capabilities)}: {outcome}")
PYTHON
seen=$(cd "$work" && venv/bin/python probe.py)
recorded='{"hoverProvider": true}: unchanged
{"notebookDocumentSync": {"notebookSelector": [{"notebook": "book", "cells": [{"language": "nix"}]}]}}: unchanged
{"notebookDocumentSync": {"notebookSelector": [{"notebook": {"scheme": "file"}}]}}: unchanged
{"notebookDocumentSync": {"notebookSelector": [{"cells": [{"language": "nix"}]}]}}: StructureHandlerNotFoundError
{"inlayHintProvider": {"documentSelector": [{"language": "nix"}], "id": "a"}}: unchanged
{"inlineValueProvider": {"documentSelector": [{"language": "nix"}]}}: {"inlineValueProvider": {}}
{"implementationProvider": {"documentSelector": [{"language": "nix"}]}}: {"implementationProvider": {}}'
printf 'expected: unchanged in each line\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
