"""The command line: parse, one library call, print.

Data goes to stdout, talk to stderr. Exit codes: 0 done, 1 findings when `--fail-on` asks, 2 usage, 3 some input
unreadable (listed on stderr), 4 an archive locked or damaged, 130 interrupted. Everything heavy is imported inside the
commands, so that `--help` is quick.

An open question (one of two took from the other, or both from a third) is no finding: `--fail-on` asks for claims. When
some input was unreadable the exit code is 3, whatever was found in the rest.
"""

from __future__ import annotations

import io
import sys

from lineage.cli import archives, desk
from lineage.cli.parser import Commands
from lineage.errors import LineageError
from lineage.version import __version__

app = Commands(
    "lineage", "Find out who took a news text from whom.", "Begin with: lineage demo. Then: lineage trace FOLDER"
)
for commands in (desk.app, archives.app, archives.care):
    app.add(commands)


def main(arguments: list[str] | None = None) -> None:
    """Run a command, by default that of the process; known errors are one line on stderr, with their exit code."""
    for stream in (sys.stdout, sys.stderr):  # what an encoding cannot hold is written as an escape, not a crash
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    words = sys.argv[1:] if arguments is None else arguments
    try:
        if words == ["--version"]:
            print(f"lineage {__version__}")
        else:
            app(words)
    except LineageError as error:
        from lineage.reports.terminal import clean

        print(f"lineage: {clean(str(error))}", file=sys.stderr)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
