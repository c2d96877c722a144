"""`python -m docs.reference`: write docs/cli.md anew from the commands' own help."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

COMMANDS = (
    "trace", "compare", "why", "demo", "scan", "check", "stories", "flows", "show",
    "archive info", "archive verify", "archive compact", "archive export",
)  # fmt: skip
PATH = Path(__file__).parent / "cli.md"


def reference() -> str:
    """The command line's reference in Markdown."""
    parts = ["# The command line", "", "Written by `python -m docs.reference`; do not edit.", ""]
    for words in ([], *(command.split() for command in COMMANDS)):
        call = [sys.executable, "-c", "from lineage.cli import app; app(prog_name='lineage')", *words, "--help"]
        shown = subprocess.run(call, capture_output=True, text=True, check=True, encoding="utf-8", env=_environment())
        lines = [line.rstrip() for line in shown.stdout.strip().splitlines()]
        parts += [f"## {' '.join(['lineage', *words])}", "", "```", *lines, "```", ""]
    return "\n".join(parts)


def _environment() -> dict[str, str]:
    import os

    return {**os.environ, "COLUMNS": "100", "TERMINAL_WIDTH": "100", "NO_COLOR": "1"}


if __name__ == "__main__":
    PATH.write_text(reference(), encoding="utf-8")
