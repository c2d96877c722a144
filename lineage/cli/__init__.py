"""The command line: parse, one library call, print.

Data goes to stdout, talk to stderr. Exit codes: 0 done, 1 findings when `--fail-on` asks, 2 usage, 3 some input
unreadable (listed on stderr), 4 an archive locked or damaged, 130 interrupted. Everything heavy is imported inside the
commands, so that `--help` is quick.

An open question (one of two took from the other, or both from a third) is no finding: `--fail-on` asks for claims. When
some input was unreadable the exit code is 3, whatever was found in the rest.
"""

from __future__ import annotations

import atexit
import gc
import io
import os
import sys
from collections.abc import Sequence
from copy import copy
from typing import Annotated, NoReturn

import typer
from typer.models import CommandInfo

from lineage.cli.archives import app as archives
from lineage.cli.archives import care
from lineage.cli.desk import app as desk
from lineage.errors import LineageError
from lineage.version import __version__

LARGE = ("trace", "scan")  # commands that may multiply large matrices
MADE = 100_000  # objects after which Python looks for garbage: with its 700 it does so 400 times before a check begins

app = typer.Typer(
    name="lineage",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Find out who took a news text from whom.",
    epilog="Begin with: lineage demo. Then: lineage trace FOLDER",
)
for commands in (desk, archives):
    app.registered_commands += commands.registered_commands
app.add_typer(care, name="archive")


@app.callback(invoke_without_command=True)
def _version(
    version: Annotated[bool, typer.Option("--version", help="Print the version.", is_eager=True)] = False,
) -> None:
    if version:
        print(f"lineage {__version__}")
        raise typer.Exit


def _with_what_is_called(arguments: Sequence[str]) -> typer.Typer:
    """The command line with the one command that is called, if it begins with one: to read the options of all of them
    takes 20 ms.
    """
    called = [command for command in app.registered_commands if arguments[:1] == [_name(command)]]
    if not called:
        return app
    only = copy(app)
    only.registered_commands, only.registered_groups = called, []
    return only


def _name(command: CommandInfo) -> str:
    return command.name or getattr(command.callback, "__name__", "").replace("_", "-")


def main(arguments: list[str] | None = None) -> None:
    """Run a command, by default that of the process; known errors are one line on stderr, with their exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    if given and given[0] not in LARGE:
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # numpy's threads would wait busily for work, 30 ms and more
    gc.set_threshold(MADE)
    atexit.register(gc.freeze)  # a process that ends need not look for it in all that it has
    for stream in (sys.stdout, sys.stderr):  # what an encoding cannot hold is written as an escape, not a crash
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        _with_what_is_called(given)(arguments)
    except LineageError as error:
        from lineage.reports.terminal import clean

        print(f"lineage: {clean(str(error))}", file=sys.stderr)
        sys.exit(error.exit_code)


def process() -> NoReturn:
    """The command line as a process of its own. It ends without taking apart what it holds: Python would for 15 ms, and
    the system takes it back at once. What is to be done at the end is done before.
    """
    code: str | int | None = None
    try:
        main()
    except SystemExit as end:
        code = end.code
    try:
        atexit._run_exitfuncs()
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
    except (OSError, ValueError, AttributeError):  # nobody reads any more, or there is nothing to write to
        sys.exit(code)
    if isinstance(code, str):
        sys.exit(code)
    os._exit(code or 0)
