#!/usr/bin/env bash
# pygls 2.1.1 (PyPI) ends lines at form feeds, vertical tabs, U+0085 and U+2028, so that edits land in another place of the document.
#
# Input: valid documents of two lines and an edit by `textDocument/didChange` of the first character of the second line.
# Expected: the second line changes. LSP 3.17, Text Documents: the ends of lines are `['\n', '\r\n', '\r']` and no others.
# Seen: the character after the form feed changes, in the first line: pygls splits by Python's `splitlines`. The server's copy of
#   the document differs from the editor's from then on, and its diagnostics stand a line too low. vscode-languageserver-textdocument
#   1.0.12 (npm) applies the same edits as the protocol has them.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check pygls==2.1.1 lsprotocol==2025.0.0
npm install --silent --no-audit --no-fund --prefix "$work" vscode-languageserver-textdocument@1.0.12 > /dev/null
cat > "$work/cases.json" <<'JSON'
["ab\ncd\n", "ab\r\ncd\r\n", "ab\rcd\r", "a\fb\ncd\n", "a\u000bb\ncd\n", "a\u0085b\ncd\n", "a\u2028b\ncd\n"]
JSON
cat > "$work/probe.mjs" <<'JAVASCRIPT'
import { readFileSync } from "node:fs";
import { TextDocument } from "vscode-languageserver-textdocument";

const range = { start: { line: 1, character: 0 }, end: { line: 1, character: 1 } };
for (const text of JSON.parse(readFileSync("cases.json", "utf8"))) {
  const document = TextDocument.update(TextDocument.create("file:///a", "toml", 1, text), [{ range, text: "X" }], 2);
  console.log(`npm, ${escape(text)}: ${escape(document.getText())}, ${document.lineCount - 1} lines`);
}
JAVASCRIPT
cat > "$work/probe.py" <<'PYTHON'
import json
from lsprotocol.types import Position, Range, TextDocumentContentChangePartial
from pygls.workspace import TextDocument


def escape(text):
    return "".join(it if it.isalnum() else f"%{ord(it):02X}" if ord(it) < 256 else f"%u{ord(it):04X}" for it in text)


for text in json.load(open("cases.json")):
    document = TextDocument("file:///a", source=text, version=1, language_id="toml")
    document.apply_change(TextDocumentContentChangePartial(range=Range(Position(1, 0), Position(1, 1)), text="X"))
    print(f"PyPI, {escape(text)}: {escape(document.source)}, {len(document.lines)} lines")
PYTHON
seen=$(cd "$work" && node probe.mjs && venv/bin/python probe.py)
recorded='npm, ab%0Acd%0A: ab%0AXd%0A, 2 lines
npm, ab%0D%0Acd%0D%0A: ab%0D%0AXd%0D%0A, 2 lines
npm, ab%0Dcd%0D: ab%0DXd%0D, 2 lines
npm, a%0Cb%0Acd%0A: a%0Cb%0AXd%0A, 2 lines
npm, a%0Bb%0Acd%0A: a%0Bb%0AXd%0A, 2 lines
npm, a%85b%0Acd%0A: a%85b%0AXd%0A, 2 lines
npm, a%u2028b%0Acd%0A: a%u2028b%0AXd%0A, 2 lines
PyPI, ab%0Acd%0A: ab%0AXd%0A, 2 lines
PyPI, ab%0D%0Acd%0D%0A: ab%0D%0AXd%0D%0A, 2 lines
PyPI, ab%0Dcd%0D: ab%0DXd%0D, 2 lines
PyPI, a%0Cb%0Acd%0A: a%0CX%0Acd%0A, 3 lines
PyPI, a%0Bb%0Acd%0A: a%0BX%0Acd%0A, 3 lines
PyPI, a%85b%0Acd%0A: a%85X%0Acd%0A, 3 lines
PyPI, a%u2028b%0Acd%0A: a%u2028X%0Acd%0A, 3 lines'
printf 'expected: the same from both\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
