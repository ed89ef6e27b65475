"""Validates files with the package `jsonschema`.

Reads a JSON document with `schemas` (each with its URI, or null), `folder` (where the documents of other URIs are) and `files` (the index
of the schema, format, text). Prints a JSON list with the reason why each file is rejected, or null.
"""

import json
import re
import sys
from pathlib import Path
from urllib.parse import urlsplit

from jsonschema import FormatChecker
from jsonschema.validators import Draft202012Validator, validator_for
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012
from ruamel.yaml import YAML

try:
    import tomllib
except ModuleNotFoundError:
    import tomli as tomllib


def retrieve(uri):
    """Reads a document from the folder of its host. The network is not used."""
    parts = urlsplit(uri)
    contents = json.loads((Path(folder) / parts.netloc / parts.path.lstrip("/")).read_text())
    return Resource.from_contents(contents, default_specification=DRAFT202012)


def is_pattern(text):
    try:
        return bool(re.compile(text))
    except re.error:
        return False


def without_foreign_patterns(schema):
    """Leaves out the patterns that Python does not know, such as `\\p{L}`: the package uses the module `re`."""
    if isinstance(schema, list):
        return [without_foreign_patterns(element) for element in schema]
    if not isinstance(schema, dict):
        return schema
    pattern = schema.get("pattern")
    is_foreign = isinstance(pattern, str) and not is_pattern(pattern)
    return {key: without_foreign_patterns(value) for key, value in schema.items() if not (is_foreign and key == "pattern")}


def compile(schema):
    schema = without_foreign_patterns(schema)
    return validator_for(schema, default=Draft202012Validator)(schema, registry=Registry(retrieve=retrieve), format_checker=formats)


def reason(file):
    try:
        instance = readers[file["format"]](file["text"])
    except Exception as error:
        return f"not read: {error}"
    error = next(iter(validators[file["schema"]].iter_errors(instance)), None)
    return error and f"{error.json_path}: {error.message}"


request = json.load(sys.stdin)
folder = request["folder"]
# Confgate asserts formats; the generated schemas have these.
formats = FormatChecker(["date", "ipv4"])
readers = {"toml": tomllib.loads, "json": json.loads, "yaml": YAML(typ="safe", pure=True).load}
validators = [compile(schema) for schema in request["schemas"]]
json.dump([reason(file) for file in request["files"]], sys.stdout)
