"""The house's law: imports fall downhill. See docs/architecture.md."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "lineage"
FLOORS = [
    {"dataclass", "errors", "garbage", "patterns", "version"},
    {"article", "settings", "kernel"},
    {"model"},
    {"answers"},
    {"text", "reading", "reports"},
    {"overlap"},
    {"descent", "archive"},
    {"pipeline", "finding"},
    {"engines"},
    {"comparing", "tracing"},
    {"telling"},
    {"scanning", "checking"},
    {"__init__"},
    {"cli", "web"},
    {"__main__"},
]
REPORTS_KNOW = {"reports", "article", "model", "answers", *FLOORS[0]}
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
MODULES = sorted(PACKAGE.rglob("*.py"))


def room_of(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_there_is_something_to_hold() -> None:
    assert len(MODULES) > 20
    assert {
        room_of("lineage." + str(p.relative_to(PACKAGE).with_suffix("")).replace("/", ".")) for p in MODULES
    } <= set(FLOOR)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_fall_downhill(path: Path) -> None:
    room = path.relative_to(PACKAGE).with_suffix("").parts[0]
    for name in imports(path):
        top = name.split(".")[0]
        assert top not in ("corpus", "benchmarks", "tests", "docs"), f"{path.name} imports {name}"
        if top != "lineage":
            continue
        target = room_of(name)
        if target not in FLOOR:  # a public name, as in `from lineage import trace`
            target = "__init__"
        assert target == room or FLOOR[target] < FLOOR[room], f"{room} (floor {FLOOR[room]}) imports {name}"
        if room in ("text", "reading", "overlap", "descent", "reports"):
            assert target != "settings", f"{path.name}: a step takes plain values, not settings"
        if room == "descent":
            assert target != "overlap", f"{path.name}: descent receives overlaps, it does not make them"
        if room == "reports":
            assert target in REPORTS_KNOW, f"{path.name}: reports know the nouns only"
