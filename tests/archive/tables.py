"""What an archive holds, to be compared with another's."""

from __future__ import annotations

import json
from typing import Any

from lineage.archive.archive import Archive
from lineage.archive.results import TABLES


def contents(archive: Archive) -> dict[str, list[dict[str, Any]]]:
    """All tables: they must not depend on the order in which articles came, nor on when."""
    return {name: list(archive.table(name)) for name in TABLES if name != "skipped"}


def differences(one: dict[str, list[dict[str, Any]]], other: dict[str, list[dict[str, Any]]]) -> list[str]:
    """The rows that only one of two archives has, a few of each table."""
    found: list[str] = []
    for name in one:
        left = {json.dumps(row, sort_keys=True, default=str) for row in one[name]}
        right = {json.dumps(row, sort_keys=True, default=str) for row in other[name]}
        found += [f"{name} -{row[:300]}" for row in sorted(left - right)[:3]]
        found += [f"{name} +{row[:300]}" for row in sorted(right - left)[:3]]
        if not found and one[name] != other[name]:
            found.append(f"{name}: the order differs")
    return found
