"""The lists that come with the package: TOML of the plainest kind, read in a tenth of the time that TOML takes.

A line is a comment, a table's name, or a key with its values, which are written as in JSON; a long list ends with a
line of its own. A test compares what is read with what `tomllib` reads.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson


def shipped(name: str) -> dict[str, Any]:
    """The tables of a file of this folder."""
    lines = iter(Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines())
    tables: dict[str, Any] = {}
    table = tables
    places: list[tuple[dict[str, Any], str]] = []
    values: list[str] = []
    for line in lines:
        if line.startswith("["):
            table = tables
            for part in line[1:-1].split("."):
                table = table.setdefault(part, {})
        elif line and not line.startswith("#"):
            key, _, value = line.partition(" = ")
            if value == "[":
                value = "[" + "".join(iter(lines.__next__, "]")).rstrip(",") + "]"
            places.append((table, key))
            values.append(value)
    for (table, key), held in zip(places, orjson.loads(f"[{','.join(values)}]"), strict=True):
        table[key] = held
    return tables
