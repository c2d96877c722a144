"""The command line: parse, one library call, print.

Data goes to stdout, talk to stderr. Exit codes: 0 done, 1 findings when `--fail-on` asks, 2 usage, 3 some input
unreadable (listed on stderr), 130 interrupted. Everything heavy is imported inside the commands, so that `--help` is
quick.

An open question (one of two took from the other, or both from a third) is no finding: `--fail-on` asks for claims. When
some input was unreadable the exit code is 3, whatever was found in the rest.
"""

from __future__ import annotations

import io
import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lineage.errors import InputError, LineageError, OutputExistsError, UsageError
from lineage.version import __version__

if TYPE_CHECKING:
    from lineage.model import Article, Lineage, Skipped
    from lineage.reading import ArticleStream
    from lineage.reports.terminal import Style
    from lineage.settings import Settings

UNREADABLE = 3
NARROWEST, PIPED, WIDEST = 40, 100, 140  # columns: of a telephone, of a file that people read, of a line one can follow

app = typer.Typer(
    name="lineage",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Find out who took a news text from whom.",
    epilog="Begin with: lineage demo. Then: lineage trace FOLDER",
)


class FailOn(StrEnum):
    """What `--fail-on` may ask for."""

    copied = "copied"
    uncredited = "uncredited"


Paths = Annotated[
    list[str],
    typer.Argument(metavar="PATH", help="Folders, .txt, .md, .jsonl, .csv, also .gz and .zst; - for stdin."),
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
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write to a file, whole or not at all.")
]
Force = Annotated[bool, typer.Option("--force", help="Overwrite the output file.")]


@app.callback(invoke_without_command=True)
def _version(
    version: Annotated[bool, typer.Option("--version", help="Print the version.", is_eager=True)] = False,
) -> None:
    if version:
        print(f"lineage {__version__}")
        raise typer.Exit


@app.command(epilog="Examples: lineage trace stories/ | lineage trace a.txt b.txt --json -o result.json")
def trace(
    paths: Paths,
    json: Json = False,
    output: Output = None,
    force: Force = False,
    fail_on: Annotated[
        FailOn | None, typer.Option(help="Exit with 1 if an article copied another, or did without a credit.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="List articles that share nothing, too.")] = False,
    map: Map = None,
    settings: SettingsFile = None,
    registry: RegistryFile = None,
) -> None:
    """Who took from whom: a tree of the articles, with sources that are not among them."""
    from lineage.reports.document import lineage_document
    from lineage.reports.tree import tree

    _refuse_overwriting(output, force)
    found, stream = _traced(paths, map, settings, registry)
    as_json = json or (output is not None and output.suffix == ".json")
    _emit(lineage_document(found) if as_json else tree(found, _style(output), all_articles=everything), output)
    _finish(stream.skipped, found, fail_on)


@app.command(epilog="Example: lineage compare original.txt copy.txt")
def compare(
    a: Annotated[str, typer.Argument(metavar="A", help="A file that holds one article.")],
    b: Annotated[str, typer.Argument(metavar="B", help="Another.")],
    json: Json = False,
    output: Output = None,
    force: Force = False,
    map: Map = None,
    settings: SettingsFile = None,
) -> None:
    """What two articles share, side by side, with the changes marked."""
    from lineage.comparing import compare as compare_articles
    from lineage.reports.document import overlap_document
    from lineage.reports.side_by_side import side_by_side

    _refuse_overwriting(output, force)
    chosen = _settings(settings, None)
    one, other = _single(a, map), _single(b, map)
    found = compare_articles(one, other, settings=chosen)
    as_json = json or (output is not None and output.suffix == ".json")
    _emit(overlap_document(found) if as_json else side_by_side(found, one, other, _style(output)), output)


@app.command(epilog="Example: lineage why zee-news stories/ --parent al-jazeera")
def why(
    child: Annotated[
        str, typer.Argument(metavar="CHILD", help="An article: its id, the beginning of it, or its outlet.")
    ],
    paths: Paths,
    parent: Annotated[str | None, typer.Option(metavar="ID", help="Only what concerns this parent.")] = None,
    map: Map = None,
    settings: SettingsFile = None,
    registry: RegistryFile = None,
) -> None:
    """Why: the reasons for and against, in log odds, with the evidence quoted."""
    from lineage.reports.waterfall import waterfall

    found, stream = _traced(paths, map, settings, registry)
    above = None if parent is None else _named(found, parent, sources=True)
    _emit(waterfall(found, _named(found, child), above, _style(None)), None)
    _finish(stream.skipped, found, None)


@app.command(epilog="Examples: lineage demo | lineage demo --list | lineage demo mill-fire")
def demo(
    story: Annotated[str | None, typer.Argument(metavar="STORY", help="Which of the samples.")] = None,
    list_: Annotated[bool, typer.Option("--list", help="List the samples.")] = False,
) -> None:
    """Trace a story that ships with the package."""
    import json

    from lineage.pipeline import read_articles
    from lineage.reports.tree import tree
    from lineage.tracing import trace as trace_articles

    folder = _samples()
    stories = {path.parent.name: path.parent for path in sorted(folder.glob("*/truth.json"))}
    if not stories:
        raise UsageError(f"{folder}: there are no samples; install the package anew")
    about: dict[str, dict[str, str]] = {
        name: json.loads((path / "truth.json").read_text(encoding="utf-8")) for name, path in stories.items()
    }
    if list_:
        rows = (f"{name:20} {truth['class']:22} {', '.join(truth['language'])}\n" for name, truth in about.items())
        _emit("".join(rows), None)
        return
    name = story or "ferry-inquiry"
    if name not in stories:
        raise UsageError(f"no sample is called {name}; there are {', '.join(stories)}")
    print(f"{name}: {about[name]['about']}", file=sys.stderr)
    texts = sorted(path for path in stories[name].iterdir() if path.suffix == ".txt")
    print(f"$ lineage trace {name}/", file=sys.stderr)
    _emit(tree(trace_articles(read_articles(*texts)), _style(None)), None)


def main(arguments: list[str] | None = None) -> None:
    """Run a command, by default that of the process; known errors are one line on stderr, with their exit code."""
    for stream in (sys.stdout, sys.stderr):  # what an encoding cannot hold is written as an escape, not a crash
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        app(arguments)
    except LineageError as error:
        from lineage.reports.terminal import clean

        print(f"lineage: {clean(str(error))}", file=sys.stderr)
        sys.exit(error.exit_code)


def _traced(
    paths: list[str], columns: list[str] | None, settings: Path | None, registry: list[Path] | None
) -> tuple[Lineage, ArticleStream]:
    from lineage.pipeline import read_articles
    from lineage.text.outlets import Registry
    from lineage.tracing import trace as trace_articles

    chosen = _settings(settings, registry)
    known = Registry.load(*chosen.registry_files)
    stream = read_articles(*paths, mapping=_columns(columns), on_skip=_say, registry=known)
    return trace_articles(stream, settings=chosen), stream


def _settings(file: Path | None, registry: list[Path] | None) -> Settings:
    from dataclasses import replace

    from lineage.settings import Settings

    chosen = Settings.load(file) if file else Settings()
    return replace(chosen, registry_files=(*chosen.registry_files, *(registry or ())))


def _columns(pairs: list[str] | None) -> dict[str, str]:
    columns: dict[str, str] = {}
    for pair in pairs or ():
        field, equals, column = pair.partition("=")
        if not (field and equals and column):
            raise UsageError(f"--map {pair}: write FIELD=COLUMN, as in --map text=fulltext")
        columns[field] = column
    return columns


def _say(skipped: Skipped) -> None:
    """One line on stderr for a record that could not be read; what is merely noted is in the result."""
    from lineage.reports.terminal import clean

    if skipped.kind != "noted":
        print(clean(str(skipped)), file=sys.stderr)


def _single(path: str, columns: list[str] | None) -> Article:
    from lineage.pipeline import read_articles

    stream = read_articles(path, mapping=_columns(columns), on_skip=_say)
    articles = list(stream)
    if not articles and any(entry.kind == "unreadable" for entry in stream.skipped):
        raise InputError(f"{path}: no article in it can be read")
    if len(articles) != 1:
        raise UsageError(f"{path}: compare takes files with one article each, this has {len(articles):,}")
    return articles[0]


def _named(found: Lineage, given: str, *, sources: bool = False) -> str:
    """The id that a user means: an id, the beginning of one, or an outlet."""
    import difflib

    ids = [*found.articles, *((source.id for source in found.sources) if sources else ())]
    if given in ids:
        return given
    folded = given.casefold()
    matches: list[str] = [id for id in ids if id.casefold().startswith(folded)]
    matches = matches or [id for id, a in found.articles.items() if (a.outlet or "").casefold() == folded]
    if len(matches) == 1:
        return matches[0]
    if matches:
        raise UsageError(f"{given} may be {', '.join(matches[:8])}{', …' if len(matches) > 8 else ''}; name one")
    outlets = {a.outlet.casefold(): id for id, a in found.articles.items() if a.outlet}
    near = difflib.get_close_matches(folded, [*(id.casefold() for id in ids), *outlets], 3, 0.4)
    known = {id.casefold(): id for id in ids}
    closest = dict.fromkeys(known.get(text) or outlets[text] for text in near)
    hint = f"did you mean {', '.join(closest)}?" if closest else "lineage trace --all lists the ids"
    raise UsageError(f"no article is called {given}; {hint}")


def _samples() -> Path:
    """The sample stories: in the installed package, or in a checkout beside it."""
    package = Path(__file__).parent
    inside = package / "samples"
    return inside if inside.is_dir() else package.parent / "corpus" / "samples"


def _style(output: Path | None) -> Style:
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


def _refuse_overwriting(output: Path | None, force: bool) -> None:
    if output is not None and output.exists() and not force:
        raise OutputExistsError(f"{output} exists; --force overwrites it")


def _emit(content: str | bytes, output: Path | None) -> None:
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


def _finish(skipped: list[Skipped], found: Lineage, fail_on: FailOn | None) -> None:
    """The exit code: 3 if some input was unreadable, else 1 if something was found that should not be."""
    if any(entry.kind == "unreadable" for entry in skipped):
        raise typer.Exit(UNREADABLE)
    copies = [claim for claim in found.derivations if claim.kind == "copy"]
    if fail_on is FailOn.copied and copies:
        raise typer.Exit(1)
    if fail_on is FailOn.uncredited and any(not claim.credited for claim in copies):
        raise typer.Exit(1)
