"""Commands as functions: their parameters are what may be given on the command line.

`Annotated[Path, Option("--archive", metavar="DIR", help="…")]` is an option, `Annotated[str, Argument(…)]` stands by
its place. Kinds are str, int, Path, an enumeration of strings, a list of one of these (given several times), and bool
for a switch. The standard library's argparse does the reading: it is there at once, where libraries that check kinds
take a quarter of a second at every start.
"""

from __future__ import annotations

import argparse
import difflib
import inspect
import types
from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass, field
from enum import Enum
from typing import Any, NoReturn, TypeVar, Union, get_args, get_origin, get_type_hints

from lineage.errors import UsageError

Function = TypeVar("Function", bound=Callable[..., None])
SYNOPSIS = 28  # columns of a command's name and flags in a help page; what they mean stands beside


@dataclass(frozen=True)
class Option:
    """What is given by its name, which is that of the parameter if no other is said; `least` is the least number."""

    name: str = ""
    short: str = ""
    _: KW_ONLY
    metavar: str | None = None
    help: str = ""
    least: int | None = None


@dataclass(frozen=True)
class Argument:
    """What is given by its place; a list takes all that come."""

    metavar: str
    help: str


@dataclass
class Commands:
    """The commands of a program, or of one of its words: `about` tells what they are for, `epilog` how to begin."""

    name: str
    about: str
    epilog: str = ""
    _functions: dict[str, tuple[Callable[..., None], str]] = field(default_factory=dict)
    _groups: dict[str, Commands] = field(default_factory=dict)

    def command(self, epilog: str) -> Callable[[Function], Function]:
        """Make a function a command, under its own name."""

        def add(function: Function) -> Function:
            self._functions[function.__name__] = function, epilog
            return function

        return add

    def add(self, other: Commands) -> None:
        """Take over another's commands; where it has a name of its own, as a word before them."""
        if other.name == self.name:
            self._functions |= other._functions
        else:
            self._groups[other.name.rpartition(" ")[2]] = other

    def __call__(self, words: Sequence[str]) -> None:
        """Run the command that some words name. Raises `UsageError` where they cannot be understood."""
        first = words[0] if words else "--help"
        if first in self._groups:
            self._groups[first](words[1:])
        elif first in self._functions:
            function, epilog = self._functions[first]
            reader = _reader(f"{self.name} {first}", function, epilog)
            function(**vars(reader.parse_intermixed_args(words[1:])))
        elif first in ("--help", "-h"):
            print(self.help(), end="")
            raise SystemExit(0 if words else 2)
        else:
            near = difflib.get_close_matches(first, [*self._functions, *self._groups], 1)
            hint = f"did you mean {near[0]}?" if near else f"{self.name} --help lists the commands"
            raise UsageError(f"there is no command {first}; {hint}")

    def help(self) -> str:
        """What commands there are."""
        about = {name: inspect.getdoc(function) or "" for name, (function, _) in self._functions.items()}
        about |= {name: group.about for name, group in self._groups.items()}
        lines = [f"  {name:10} {text.partition(chr(10))[0]}" for name, text in about.items()]
        parts = [f"usage: {self.name} COMMAND …", self.about, "\n".join(["Commands:", *lines])]
        return "\n\n".join([*parts, *([self.epilog] if self.epilog else [])]) + "\n"


class _Reader(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; {self.prog} --help tells more")


def _reader(name: str, function: Callable[..., None], epilog: str) -> argparse.ArgumentParser:
    """What reads the words behind a command."""

    def formatter(prog: str) -> argparse.HelpFormatter:
        return argparse.HelpFormatter(prog, max_help_position=SYNOPSIS)

    about = inspect.getdoc(function)
    reader = _Reader(name, description=about, epilog=epilog, formatter_class=formatter, allow_abbrev=False)
    kinds = get_type_hints(function, include_extras=True)
    for parameter, details in inspect.signature(function).parameters.items():
        kind, said = get_args(kinds[parameter])
        _add(reader, parameter, kind, said, details.default)
    return reader


def _add(reader: argparse.ArgumentParser, name: str, kind: Any, said: Option | Argument, default: Any) -> None:
    """Have a parameter read: of a kind, as it is said, optional if it has a default."""
    if get_origin(kind) in (Union, types.UnionType):
        kind = next(part for part in get_args(kind) if part is not type(None))
    several = get_origin(kind) is list
    if several:
        (kind,) = get_args(kind)
    missing = default is inspect.Parameter.empty
    how: dict[str, Any] = {"help": said.help, "metavar": said.metavar, "type": kind}
    if isinstance(said, Argument):
        reader.add_argument(name, nargs="+" if several else None if missing else "?", **how)
        return
    if kind is bool:
        how = {"help": said.help, "action": "store_true"}
    elif issubclass(kind, Enum):
        how["metavar"] = "|".join(choice.value for choice in kind)
        how["type"] = _choice(kind)
    elif said.least is not None:
        how["type"] = _number(said.least)
    if several:
        how["action"] = "append"
    if not missing and default not in (None, False):
        how["help"] = f"{said.help} (default: {default})"
    flags = [flag for flag in (said.short, said.name or f"--{name.replace('_', '-')}") if flag]
    reader.add_argument(*flags, dest=name, required=missing, default=None if missing else default, **how)


def _choice(kind: type[Enum]) -> Callable[[str], Enum]:
    def read(word: str) -> Enum:
        try:
            return kind(word)
        except ValueError:
            known = ", ".join(choice.value for choice in kind)
            raise argparse.ArgumentTypeError(f"{word!r} is none of {known}") from None

    return read


def _number(least: int) -> Callable[[str], int]:
    def read(word: str) -> int:
        if not word.isdecimal() or int(word) < least:
            raise argparse.ArgumentTypeError(f"{word!r} is no whole number from {least} on")
        return int(word)

    return read
