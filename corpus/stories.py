"""The written sample stories, with what is known about each.

An oracle for the library, so it reads the files with its own few lines and shares only the noun `Article`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lineage.model import Article, DerivationKind

SAMPLES = Path(__file__).parent / "samples"


@dataclass(frozen=True, slots=True)
class KnownEdge:
    """One article took text from another of the story.

    `credited` says that the child's text names the parent's outlet; `needs_clock` that the texts alone cannot
    tell who was first.
    """

    child: str
    parent: str
    kind: DerivationKind
    credited: bool
    needs_clock: bool


@dataclass(frozen=True, slots=True)
class KnownSource:
    """A text behind some articles that is not in the story. `name` is None when no article names it."""

    children: tuple[str, ...]
    name: str | None


@dataclass(frozen=True, slots=True)
class Story:
    """One story: its articles in the order of their file names, and the truth about them.

    `quotation_relations` are the pairs without a common origin that share a quotation of eight words or more;
    `independent` are the articles that neither took nor gave; `origins` counts the roots without a source and
    the sources.
    """

    name: str
    folder: Path
    case: str
    languages: tuple[str, ...]
    about: str
    articles: tuple[Article, ...]
    edges: tuple[KnownEdge, ...]
    sources: tuple[KnownSource, ...]
    quotation_relations: tuple[tuple[str, str], ...]
    independent: tuple[str, ...]
    origins: int
    notes: tuple[str, ...] = ()


def load_stories(folder: Path = SAMPLES) -> list[Story]:
    """Every story below `folder`, sorted by name.

    Raises ValueError for an article without front matter, and KeyError or TypeError for an incomplete truth.
    """
    return [load_story(truth.parent) for truth in sorted(folder.glob("*/truth.json"))]


def load_story(folder: Path) -> Story:
    """The story in one folder: its `.txt` articles and its `truth.json`; raises as `load_stories` does."""
    truth: Mapping[str, Any] = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    return Story(
        name=truth["story"],
        folder=folder,
        case=truth["class"],
        languages=tuple(truth["language"]),
        about=truth["about"],
        articles=tuple(read_sample(path) for path in sorted(folder.glob("*.txt"))),
        edges=tuple(KnownEdge(**edge) for edge in truth["edges"]),
        sources=tuple(KnownSource(tuple(source["children"]), source["name"]) for source in truth["sources"]),
        quotation_relations=tuple((left, right) for left, right in truth["quotation_relations"]),
        independent=tuple(truth["independent"]),
        origins=truth["origins"],
        notes=tuple(truth.get("notes", ())),
    )


def read_sample(path: Path) -> Article:
    """The article in one file; its id is the file's stem, its text all that follows the front matter.

    Raises ValueError when the file does not begin with front matter between two lines of `---`, or when a
    field is not one that the samples use.
    """
    opening, fence, rest = path.read_text(encoding="utf-8").partition("---\n")
    head, second_fence, text = rest.partition("\n---\n")
    if opening or not fence or not second_fence:
        raise ValueError(f"{path}: no front matter between two lines of ---")
    fields = dict(line.split(": ", 1) for line in head.split("\n"))
    if strange := fields.keys() - {"outlet", "published", "title", "author", "url", "language"}:
        raise ValueError(f"{path}: unknown front matter {sorted(strange)}")
    return Article(
        id=path.stem,
        text=text,
        outlet=fields.get("outlet"),
        published=fields.get("published"),
        title=fields.get("title"),
        url=fields.get("url"),
        author=fields.get("author"),
        language=fields.get("language"),
    )
