"""The commands for dumps and archives: scan, check, stories, flows, show, archive."""

from __future__ import annotations

import os
import re
import sys
from contextlib import ExitStack
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lineage.cli.common import (
    UNREADABLE,
    Force,
    Json,
    Map,
    Output,
    Paths,
    RegistryFile,
    SettingsFile,
    as_json,
    columns_of,
    emit,
    say,
    settings_of,
    style_for,
)
from lineage.errors import ArchiveDamagedError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from lineage.archive.archive import Archive
    from lineage.engines.processes import Workers
    from lineage.reading import ArticleStream, Spread
    from lineage.scanning import Scan, Stage

app = typer.Typer()
care = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="What an archive holds, and whether it is whole.")

ArchiveFolder = Annotated[Path, typer.Option("--archive", metavar="DIR", help="The folder of the archive.")]
Limit = Annotated[int, typer.Option("--limit", metavar="N", min=1, help="How many are listed.")]
MINUTES = {"min": 1, "h": 60, "d": 1440, "w": 10080}


class Format(StrEnum):
    """Of result tables."""

    jsonl = "jsonl"
    csv = "csv"
    parquet = "parquet"


Kind = Annotated[Format, typer.Option("--format", help="Of the tables.")]
Raw = Annotated[bool, typer.Option("--csv-raw", help="Leave cells as they are that a spreadsheet takes for formulas.")]


@app.command(
    epilog="Examples: lineage scan dump.jsonl.gz -o results/ | lineage scan today/ --archive news/ --workers 4"
)
def scan(
    paths: Paths,
    archive: Annotated[
        Path | None, typer.Option("--archive", metavar="DIR", help="Keep what is learnt here; else it is forgotten.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="DIR", help="Write the result tables to this folder.")
    ] = None,
    format: Kind = Format.jsonl,
    csv_raw: Raw = False,
    force: Annotated[bool, typer.Option("--force", help="Write into a folder that is not empty.")] = False,
    within: Annotated[
        str | None, typer.Option(metavar="TIME", help="Compare articles at most so far apart: 90min, 36h, 14d, 2w.")
    ] = None,
    outlet: Annotated[list[str] | None, typer.Option(metavar="NAME", help="Only articles of this outlet.")] = None,
    workers: Annotated[int, typer.Option(metavar="N", min=1, help="Processes that do the work.")] = 1,
    no_text: Annotated[
        bool, typer.Option("--no-text", help="Keep fingerprints only: passages and stories, but no lineage.")
    ] = False,
    json: Json = False,
    map: Map = None,
    settings: SettingsFile = None,
    registry: RegistryFile = None,
) -> None:
    """Find every shared passage, every story and who took from whom, in a dump of any size.

    Stopped and called again, it goes on where it was. The same input again changes nothing.
    """
    from lineage.pipeline import read_articles
    from lineage.reports.table_files import refuse
    from lineage.scanning import scan as scan_articles
    from lineage.text.outlets import Registry

    if output is not None:
        refuse(output, force)
    chosen = settings_of(settings, registry)
    known = Registry.load(*chosen.registry_files)
    readers = ExitStack()  # processes that read pages, if there is a web archive
    spread = _spread(workers, readers)
    stream = read_articles(*paths, mapping=columns_of(map), on_skip=say, registry=known, spread=spread)
    done = "the same command goes on where it was" if archive else "with --archive DIR it could go on where it was"
    try:
        found = scan_articles(
            stream,
            archive=archive,
            text=False if no_text else None,
            within=None if within is None else _minutes(within),
            outlets=outlet,
            workers=workers,
            source=" ".join(paths),
            on_progress=_progress(stream, paths),
            settings=chosen,
        )
    except KeyboardInterrupt:
        print(f"\nlineage: stopped; {done}", file=sys.stderr)
        raise typer.Exit(130) from None
    finally:
        readers.close()
    with found:
        if output is not None:
            _write(found.archive, output, format, force, csv_raw)
        emit(_scan_document(found) if json else _summary(found), None)
    if any(entry.kind == "unreadable" for entry in stream.skipped):
        raise typer.Exit(UNREADABLE)


@app.command(
    epilog="Examples: lineage check draft.txt --archive news/ | lineage check ours.txt --archive news/ --as-source"
)
def check(
    paths: Paths,
    archive: ArchiveFolder,
    as_source: Annotated[
        bool, typer.Option("--as-source", help="Who uses this text, instead of where it is from.")
    ] = False,
    licences: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="CSV with outlet and licensed_until, to see whose use was licensed."),
    ] = None,
    json: Json = False,
    output: Output = None,
    force: Force = False,
    map: Map = None,
    settings: SettingsFile = None,
    registry: RegistryFile = None,
) -> None:
    """Where a text comes from, passage by passage, as far as an archive knows; or who uses it."""
    from lineage.archive.archive import Archive
    from lineage.checking import check as check_article
    from lineage.checking import read_licences, uses
    from lineage.pipeline import nothing_to, read_articles
    from lineage.reports.document import check_document, uses_document
    from lineage.reports.whence import users, whence
    from lineage.text.outlets import Registry

    if licences is not None and not as_source:
        raise UsageError("--licences is about uses of a text; add --as-source")
    document = as_json(json, output, force, lines=True)
    chosen = settings_of(settings, registry)
    style = style_for(output)
    known = Registry.load(*chosen.registry_files)
    stream = read_articles(*paths, mapping=columns_of(map), on_skip=say, registry=known)
    licensed = None if licences is None else read_licences(licences)
    parts: list[bytes] = []
    with Archive.open(archive) as held:
        for article in stream:
            if parts and output is not None and output.suffix.lower() == ".json":
                raise UsageError(f"{output}: a .json holds one article's result; use .jsonl for several")
            if as_source:
                used = uses(article, held, licences=licensed, settings=chosen)
                parts.append(uses_document(article, used) if document else users(article, used, style).encode())
            else:
                found = check_article(article, held, settings=chosen)
                parts.append(check_document(found) if document else whence(found, style).encode())
    if not parts:
        raise nothing_to("check", stream.skipped)
    emit(b"".join(parts) if document else b"\n".join(parts), output)
    if any(entry.kind == "unreadable" for entry in stream.skipped):
        raise typer.Exit(UNREADABLE)


@app.command(epilog="Example: lineage stories --archive news/ --limit 50")
def stories(archive: ArchiveFolder, limit: Limit = 20, json: Json = False) -> None:
    """The stories of an archive, the largest first."""
    from lineage.archive.archive import Archive
    from lineage.reports.document import nouns_document
    from lineage.reports.overview import stories_list

    with Archive.open(archive) as held:
        found = list(held.stories())
    emit(nouns_document(found) if json else stories_list(found[:limit], len(found) - limit, style_for(None)), None)


@app.command(epilog="Example: lineage flows --archive news/ --limit 50")
def flows(archive: ArchiveFolder, limit: Limit = 20, json: Json = False) -> None:
    """Which outlet took from which, and from which sources that are not in the archive."""
    from lineage.archive.archive import Archive
    from lineage.reports.document import nouns_document
    from lineage.reports.overview import flows_list

    with Archive.open(archive) as held:
        found = held.flows()
    emit(nouns_document(found) if json else flows_list(found[:limit], len(found) - limit, style_for(None)), None)


@app.command(epilog="Example: lineage show reuters-0412 --archive news/")
def show(
    story: Annotated[str, typer.Argument(metavar="STORY", help="A story, or any article in it.")],
    archive: ArchiveFolder,
    everything: Annotated[bool, typer.Option("--all", help="List every article.")] = False,
    json: Json = False,
    output: Output = None,
    force: Force = False,
    settings: SettingsFile = None,
    registry: RegistryFile = None,
) -> None:
    """One story of an archive as a tree: who took from whom. Give the registry that the scan was given."""
    from lineage.archive.archive import Archive
    from lineage.reports.document import lineage_document
    from lineage.reports.tree import tree
    from lineage.telling import retold

    document = as_json(json, output, force)
    with Archive.open(archive) as held:
        found = retold(held, story, settings=settings_of(settings, registry))
    emit(lineage_document(found) if document else tree(found, style_for(output), all_articles=everything), output)


Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The folder of the archive.")]


@care.command(epilog="Example: lineage archive info news/")
def info(archive: Folder, json: Json = False) -> None:
    """What an archive holds, how large it is, and what it was made with."""
    from lineage.archive import care as caring
    from lineage.archive.archive import Archive
    from lineage.reports.document import plain_document

    with Archive.open(archive) as held:
        found = caring.info(held.held)
    emit(plain_document(found) if json else _info(found), None)


@care.command(epilog="Example: lineage archive verify news/")
def verify(archive: Folder) -> None:
    """Read everything in an archive and compare it with its checksums. Exit code 4 if something is wrong."""
    from lineage.archive import care as caring
    from lineage.archive.archive import Archive
    from lineage.reports.wording import count

    with Archive.open(archive) as held:
        wrong = list(caring.verify(held.held))
        held_articles = len(held)
    if wrong:
        emit("".join(f"{line}\n" for line in wrong), None)
        raise ArchiveDamagedError(
            f"{archive}: {count(len(wrong), 'thing is', 'things are')} wrong; restore it from a backup, or scan again"
        )
    emit(f"{archive}: whole, {count(held_articles, 'article')}\n", None)


@care.command(epilog="Example: lineage archive compact news/")
def compact(archive: Folder) -> None:
    """Merge all segments into one, and give free room in the catalogue back."""
    from lineage.archive import care as caring
    from lineage.archive.archive import Archive
    from lineage.reports.wording import count

    with Archive.open(archive, write=True) as held:
        held.compact()
        found = caring.info(held.held)
    size = (found["segment_bytes"] + found["catalogue_bytes"]) / 1e6
    emit(f"{archive}: {count(found['segments'], 'segment')}, {size:,.1f} MB with the catalogue\n", None)


@care.command(epilog="Example: lineage archive export news/ -o results/ --format csv")
def export(
    archive: Folder,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="The folder of the tables.")],
    format: Kind = Format.jsonl,
    csv_raw: Raw = False,
    force: Annotated[bool, typer.Option("--force", help="Write into a folder that is not empty.")] = False,
) -> None:
    """Write the result tables of an archive: see docs/tables.md."""
    from lineage.archive.archive import Archive

    with Archive.open(archive) as held:
        _write(held, output, format, force, csv_raw)


def _minutes(text: str) -> int:
    match = re.fullmatch(r"(\d+)\s*(min|h|d|w)", text.strip())
    if match is None:
        raise UsageError(f"--within {text}: write a number and min, h, d or w, as in 14d")
    return int(match[1]) * MINUTES[match[2]]


def _spread(count: int, stack: ExitStack) -> Spread:
    """What hands work to processes, which start when there is some and end with the stack."""

    @cache
    def pool() -> Workers:
        from lineage.engines.processes import workers

        return stack.enter_context(workers(count, ("lineage.reading.warc",)))

    return lambda function, work: pool().map(function, work)


def _write(archive: Archive, folder: Path, kind: Format, force: bool, raw: bool) -> None:
    from functools import partial

    from lineage.archive.results import TABLES
    from lineage.reports.table_files import write_tables

    tables = {
        name: ({column: kind for column, (kind, _) in table.columns.items()}, partial(archive.table, name))
        for name, table in TABLES.items()
    }
    write_tables(folder, tables, kind.value, force=force, raw=raw)


def _progress(stream: ArticleStream, paths: list[str]) -> Callable[[Stage, int, int | None], None]:
    """A line on a terminal: how much was read, how many stories are told."""
    from lineage.reports.progress import Progress

    line = Progress()
    size = _size(paths)
    names = {"articles": "articles", "recurrence": "looking for what recurs", "stories": "groups of articles"}

    def say_so(stage: Stage, done: int, total: int | None) -> None:
        if stage == "articles":
            share = min(1.0, stream.bytes_read / size) if size else None
        else:
            share = done / total if total else None
        line.say(names[stage], done, share)
        if stage == "stories" and done == total:
            line.end()

    return say_so


def _size(paths: list[str]) -> int:
    """Bytes of all files; 0 if something comes from standard input."""
    total = 0
    for path in paths:
        if path == "-":
            return 0
        if os.path.isdir(path):
            total += sum(os.path.getsize(os.path.join(at, name)) for at, _, names in os.walk(path) for name in names)
        elif os.path.exists(path):
            total += os.path.getsize(path)
    return total


def _summary(found: Scan) -> str:
    from lineage.reports.overview import summary

    added = found.added
    parts = [f"{added.new:,} new", f"{added.known:,} known already"]
    if added.versions:
        parts.append(f"{added.versions:,} of the new are versions of known ones")
    stories, routes = list(found.stories()), found.flows()
    return summary(len(found.archive), ", ".join(parts), stories, routes, found.skipped, style_for(None))


def _scan_document(found: Scan) -> bytes:
    from dataclasses import asdict

    from lineage.reports.document import plain_document

    added, flows = asdict(found.added), [asdict(flow) for flow in found.flows()]
    skipped = [asdict(entry) for entry in found.skipped]
    stories = [asdict(story) for story in found.stories()]
    return plain_document(
        {"articles": len(found.archive), "added": added, "stories": stories, "flows": flows, "skipped": skipped}
    )


def _info(found: dict[str, Any]) -> str:
    lines = []
    for key, value in found.items():
        name = key.replace("_bytes", "").replace("_", " ")
        if isinstance(value, dict):
            shown = ", ".join(f"{part} {entry}" for part, entry in value.items() if entry not in (None, ""))
        elif key.endswith("_bytes"):
            shown = f"{value / 1e6:,.1f} MB"
        else:
            shown = f"{value:,}" if isinstance(value, int) else "none" if value is None else str(value)
        lines.append(f"{name:14} {shown}\n")
    return "".join(lines)
