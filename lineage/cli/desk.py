"""The commands for some articles on a desk: trace, compare, why, demo."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
    single,
    style_for,
)
from lineage.errors import UsageError

if TYPE_CHECKING:
    from lineage.model import Lineage, Skipped
    from lineage.reading import ArticleStream


app = typer.Typer()


class FailOn(StrEnum):
    """What `--fail-on` may ask for."""

    copied = "copied"
    uncredited = "uncredited"


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

    document = as_json(json, output, force)
    found, stream = _traced(paths, map, settings, registry)
    emit(lineage_document(found) if document else tree(found, style_for(output), all_articles=everything), output)
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

    document = as_json(json, output, force)
    chosen = settings_of(settings, None)
    one, other = single(a, map), single(b, map)
    found = compare_articles(one, other, settings=chosen)
    emit(overlap_document(found) if document else side_by_side(found, one, other, style_for(output)), output)


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
    emit(waterfall(found, _named(found, child), above, style_for(None)), None)
    _finish(stream.skipped, found, None)


@app.command(epilog="Examples: lineage demo | lineage demo --list | lineage demo mill-fire")
def demo(
    story: Annotated[str | None, typer.Argument(metavar="STORY", help="Which of the samples.")] = None,
    list_: Annotated[bool, typer.Option("--list", help="List the samples.")] = False,
) -> None:
    """Trace a story that ships with the package."""
    import json

    from lineage.pipeline import read_articles
    from lineage.reports.terminal import wrap
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
        emit("".join(rows), None)
        return
    name = story or "ferry-inquiry"
    if name not in stories:
        raise UsageError(f"no sample is called {name}; there are {', '.join(stories)}")
    style = style_for(None)
    print("\n".join(wrap(f"{name}: {about[name]['about']}", style.width)), file=sys.stderr)
    texts = sorted(path for path in stories[name].iterdir() if path.suffix == ".txt")
    print(f"$ lineage trace {name}/", file=sys.stderr)
    emit(tree(trace_articles(read_articles(*texts)), style), None)


def _traced(
    paths: list[str], columns: list[str] | None, settings: Path | None, registry: list[Path] | None
) -> tuple[Lineage, ArticleStream]:
    from lineage.pipeline import read_articles
    from lineage.text.outlets import Registry
    from lineage.tracing import trace as trace_articles

    chosen = settings_of(settings, registry)
    known = Registry.load(*chosen.registry_files)
    stream = read_articles(*paths, mapping=columns_of(columns), on_skip=say, registry=known)
    return trace_articles(stream, settings=chosen), stream


def _named(found: Lineage, given: str, *, sources: bool = False) -> str:
    """The id that a user means: an id, the beginning of one, one as it is printed (…), or an outlet."""
    import difflib

    ids = [*found.articles, *((source.id for source in found.sources) if sources else ())]
    if given in ids:
        return given
    folded = given.casefold()
    begin, _, end = folded.partition("…")
    matches: list[str] = [id for id in ids if id.casefold().startswith(begin) and id.casefold().endswith(end)]
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
    package = Path(__file__).parent.parent
    inside = package / "samples"
    return inside if inside.is_dir() else package.parent / "corpus" / "samples"


def _finish(skipped: list[Skipped], found: Lineage, fail_on: FailOn | None) -> None:
    """The exit code: 3 if some input was unreadable, else 1 if something was found that should not be."""
    if any(entry.kind == "unreadable" for entry in skipped):
        raise typer.Exit(UNREADABLE)
    copies = [claim for claim in found.derivations if claim.kind == "copy"]
    if fail_on is FailOn.copied and copies:
        raise typer.Exit(1)
    if fail_on is FailOn.uncredited and any(not claim.credited for claim in copies):
        raise typer.Exit(1)
