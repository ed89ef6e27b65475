"""Tokens of Rust source, for the checks of modules and of language."""

import re

TOKEN = re.compile(
    r"""
      (?P<space>\s+)
    | (?P<comment>//[^\n]*|/\*)
    | (?P<raw>(?:b|c)?r(?P<hashes>\#*)")
    | (?P<string>(?:b|c)?"(?:[^"\\]|\\.)*")
    | (?P<char>b?'(?:[^'\\\n]|\\(?:x[0-9a-fA-F]{2}|u\{[0-9a-fA-F_]+\}|.))')
    | (?P<lifetime>'[A-Za-z_]\w*)
    | (?P<ident>(?:r\#)?[A-Za-z_]\w*)
    | (?P<number>\d\w*(?:\.\d\w*)?)
    | (?P<punct>::|=>|->|\.\.=|\.\.\.|\.\.|.)
    """,
    re.X | re.S,
)


class Token:
    __slots__ = ("kind", "text", "line")

    def __init__(self, kind, text, line):
        self.kind, self.text, self.line = kind, text, line


def tokens(source):
    """Yields comments, strings and code. A block comment is one token, however deeply it nests."""
    at, line = 0, 1
    while at < len(source):
        match = TOKEN.match(source, at)
        kind, end = match.lastgroup, match.end()
        if match.group() == "/*":
            depth = 1
            while depth and end < len(source):
                if source.startswith("/*", end):
                    depth, end = depth + 1, end + 2
                elif source.startswith("*/", end):
                    depth, end = depth - 1, end + 2
                else:
                    end += 1
        elif match.group("raw"):
            kind = "string"
            close = '"' + match.group("hashes")
            found = source.find(close, end)
            end = len(source) if found < 0 else found + len(close)
        text = source[at:end]
        if kind != "space":
            yield Token(kind, text[2:] if kind == "ident" and text.startswith("r#") else text, line)
        line += text.count("\n")
        at = end


def code(source):
    """Returns the tokens without comments."""
    return [token for token in tokens(source) if token.kind != "comment"]
