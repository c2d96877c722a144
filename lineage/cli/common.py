"""What the commands have in common: options, settings, where output goes."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lineage.errors import InputError, OutputExistsError, UsageError

if TYPE_CHECKING:
    from lineage.model import Article, Skipped
    from lineage.reports.terminal import Style
    from lineage.settings import Settings

UNREADABLE = 3
NARROWEST, PIPED, WIDEST = 40, 100, 140  # columns: of a telephone, of a file that people read, of a line one can follow

Paths = Annotated[
    list[str],
    typer.Argument(
        metavar="PATH", help="Folders or files: text, JSON, CSV, Parquet, HTML, WARC, Word, also packed; - for stdin."
    ),
]
Map = Annotated[
    list[str] | None, typer.Option("--map", metavar="FIELD=COLUMN", help="The column of a field, as text=fulltext.")
]
SettingsFile = Annotated[Path | None, typer.Option("--settings", metavar="FILE", help="Settings in TOML.")]
RegistryFile = Annotated[
    list[Path] | None, typer.Option("--registry", metavar="FILE", help="More outlets and wires, in TOML.")
]
Json = Annotated[bool, typer.Option("--json", help="The whole result as JSON (see docs/data-model.md).")]
Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="Write to a .txt or .json file, whole or not at all."),
]
Force = Annotated[bool, typer.Option("--force", help="Overwrite the output file.")]


def settings_of(file: Path | None, registry: list[Path] | None) -> Settings:
    from dataclasses import replace

    from lineage.settings import Settings

    chosen = Settings.load(file) if file else Settings()
    return replace(chosen, registry_files=(*chosen.registry_files, *(registry or ())))


def columns_of(pairs: list[str] | None) -> dict[str, str]:
    columns: dict[str, str] = {}
    for pair in pairs or ():
        field, equals, column = pair.partition("=")
        if not (field and equals and column):
            raise UsageError(f"--map {pair}: write FIELD=COLUMN, as in --map text=fulltext")
        columns[field] = column
    return columns


def say(skipped: Skipped) -> None:
    """One line on stderr for a record that could not be read; what is merely noted is in the result."""
    from lineage.reports.terminal import clean

    if skipped.kind != "noted":
        print(clean(str(skipped)), file=sys.stderr)


def single(path: str, columns: list[str] | None) -> Article:
    """The one article of a file; a `UsageError` if there are more, an `InputError` if none can be read."""
    from lineage.pipeline import read_articles

    stream = read_articles(path, mapping=columns_of(columns), on_skip=say)
    articles = list(stream)
    if not articles and any(entry.kind == "unreadable" for entry in stream.skipped):
        raise InputError(f"{path}: no article in it can be read")
    if len(articles) != 1:
        raise UsageError(f"{path}: compare takes files with one article each, this has {len(articles):,}")
    return articles[0]


def style_for(output: Path | None) -> Style:
    """Colour and width for where the result goes."""
    import shutil

    from lineage.reports.terminal import Style

    terminal = output is None and sys.stdout.isatty()
    wanted = os.environ.get("FORCE_COLOR", "0") not in ("", "0")
    able = terminal and os.environ.get("TERM") != "dumb"
    colour = output is None and (able or wanted) and not os.environ.get("NO_COLOR")
    encoding = "utf-8" if output else (sys.stdout.encoding or "ascii")
    unicode = encoding.lower().replace("-", "").replace("_", "") in ("utf8", "cp65001")
    width = min(shutil.get_terminal_size((PIPED, 24)).columns, WIDEST) if terminal else PIPED
    return Style(max(width, NARROWEST) - (0 if unicode else 3), colour, unicode)  # in ASCII … takes three columns


def as_json(json: bool, output: Path | None, force: bool, *, lines: bool = False) -> bool:
    """Whether the result is to be JSON: asked for, or by the name of the output file. With `lines` it may be several
    documents, one a line. Raises `UsageError` for a file that exists, unless by `force`, and for another kind of file.
    """
    if output is None:
        return json
    if output.exists() and not force:
        raise OutputExistsError(f"{output} exists; --force overwrites it")
    kind = output.suffix.lower()
    known = {"": json, ".txt": json, ".json": True, **({".jsonl": True} if lines else {})}
    if kind not in known and not json:
        raise UsageError(f"{output}: no {kind} is written; use {', '.join(filter(None, known))}, or --json")
    return known.get(kind, json)


def emit(content: str | bytes, output: Path | None) -> None:
    """Print, or write to a file whole or not at all."""
    if output is None:
        try:
            if isinstance(content, bytes):
                sys.stdout.buffer.write(content)
            else:
                sys.stdout.write(content)
            sys.stdout.flush()
        except BrokenPipeError:  # whoever reads, as `head` does, has enough: no finding, no error
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return
    data = content if isinstance(content, bytes) else content.encode()
    partial = output.with_name(f".{output.name}.{os.getpid()}")
    try:
        partial.write_bytes(data)
        os.replace(partial, output)
    except OSError as error:
        raise UsageError(f"{output}: cannot be written: {(error.strerror or str(error)).lower()}") from None
    finally:
        partial.unlink(missing_ok=True)  # there only if something went wrong
