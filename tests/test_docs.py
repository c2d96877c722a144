"""The documents hold: what the README shows is what runs, the reference is fresh, every link leads somewhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from docs.reference import COMMANDS, PATH, reference

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md"), ROOT / "corpus" / "README.md"])


def lineage(*words: str) -> str:
    env = {k: v for k, v in os.environ.items() if k != "FORCE_COLOR"}
    command = [sys.executable, "-m", "lineage", *words]
    return subprocess.run(command, capture_output=True, text=True, check=True, encoding="utf-8", env=env).stdout


def test_the_readme_shows_real_output() -> None:
    shown = re.search(r"\$ lineage trace rail-strike/\n(.*?)```", README, re.DOTALL)
    assert shown
    printed = lineage("trace", "corpus/samples/rail-strike").replace("\u00a0", " ")
    told = "".join(line for line in printed.splitlines(keepends=True) if not line.startswith("noted:"))
    assert shown[1] == told


def test_the_library_example_runs() -> None:
    example = re.search(r"```python\n(.*?)```", README, re.DOTALL)
    assert example
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", example[1]], capture_output=True, text=True, check=True, cwd=ROOT, env=env
    )
    assert "←" in done.stdout


def test_the_page_on_the_library_runs(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "library.md").read_text(encoding="utf-8")
    program = "".join(re.findall(r"```python\n(.*?)```", page, re.DOTALL))
    (tmp_path / "corpus").symlink_to(ROOT / "corpus")
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    run = [sys.executable, "-c", program]
    said = subprocess.run(
        run, capture_output=True, text=True, check=True, cwd=tmp_path, env=env, encoding="utf-8"
    ).stdout
    assert "ferry-traveller took from fjordside-times" in said
    assert re.search(r"Nordwire → .*norland-business-letter", said)
    assert "2 independent origins" in said
    assert said.splitlines()[-1].startswith("expected an article, not a value of type str")


def test_the_two_commands_come_first() -> None:
    commands = [line for line in README.splitlines() if line.startswith("pip install")]
    assert commands[:2] == ["pip install . && lineage demo", "pip install '.[test]' && pytest -q -n auto"]


def test_the_reference_is_fresh_and_whole() -> None:
    written, fresh = PATH.read_text(encoding="utf-8"), reference()
    for part in (r"^## .*$", r"(?<!\S)--?[a-z][a-z-]*", r"Examples?: .*$"):  # not the layout, which is the library's
        assert re.findall(part, written, re.MULTILINE) == re.findall(part, fresh, re.MULTILINE), (
            "python -m docs.reference"
        )
    listed = re.findall(r"^  (\w+) +\S", lineage("--help").split("Commands:")[1].split("\n\n")[0], re.MULTILINE)
    assert listed == list(dict.fromkeys(command.split()[0] for command in COMMANDS))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target
