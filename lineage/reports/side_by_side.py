"""Two articles' shared passages side by side, with what was changed marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, zip_longest
from typing import NamedTuple

from lineage.model import Article, Overlap, Passage, Span
from lineage.reports.terminal import Style, clean, columns, pad, trim, wrap
from lineage.reports.wording import GUESSED, apart, count, label, name, percent


class Mark(NamedTuple):
    """How a change is shown: between two signs in plain text, in styles where there is colour."""

    before: str
    after: str
    styles: tuple[str, ...]


GONE, NEW = Mark("[-", "-]", ("bold", "red")), Mark("{+", "+}", ("bold", "underline", "green"))
OPEN, CLOSE = "\ue000", "\ue001"  # around a change until the lines are made: private characters, never printed


def side_by_side(overlap: Overlap, a: Article, b: Article, style: Style) -> str:
    """Every passage in two columns, and at the end how much of each article stands in the other.

    What has no equal on the other side is marked: on the left [-so-], on the right {+so+}; on a terminal in bold
    instead, and underlined on the right.
    """
    return style.page("\n".join(_lines(overlap, a, b, style)) + "\n")


def _lines(overlap: Overlap, a: Article, b: Article, style: Style) -> Iterator[str]:
    half = (style.width - 3) // 2
    heads = [
        text if columns(text) <= half else trim(name(article), half) for article in (a, b) if (text := label(article))
    ]
    yield style.paint(pad(heads[0], half) + "   " + heads[1], "bold")
    yield ""
    yield from _shared(overlap, a, b, style)
    if overlap.related:
        yield ""
        yield from wrap(
            "Related, but counted nowhere: what tells of the same with many of the same words, in another order.",
            style.width,
        )
        yield ""
    for passage in overlap.related:
        yield from _columns(clean(a.text[slice(*passage.a)]), clean(b.text[slice(*passage.b)]), style)
        yield ""


def _shared(overlap: Overlap, a: Article, b: Article, style: Style) -> Iterator[str]:
    if not overlap.passages:
        yield "They share no passage."
        return
    changed = False
    for number, passage in enumerate(overlap.passages, 1):
        quoted = f", {percent(passage.quoted)} of it in quotation marks" if passage.quoted else ""
        title = f"{number}. {count(passage.words, 'word')}, {passage.grade}, {percent(passage.identity)} alike{quoted}"
        yield from (style.paint(line, "cyan") for line in wrap(title, style.width))
        sides = _marked(a.text, passage, 0), _marked(b.text, passage, 1)
        changed |= any(OPEN in side for side in sides)
        yield from _columns(*sides, style)
        yield ""
    if changed:
        yield from wrap("What is marked has no equal on the other side.", style.width)
    left_name, right_name = apart(a, b)
    yield from wrap(
        f"{percent(overlap.a_in_b)} of {left_name} stands in {right_name}, {percent(overlap.b_in_a)} of {right_name} "
        f"in {left_name}; {count(overlap.narrated, 'shared word')} outside quotation marks, {overlap.quoted:,} inside.",
        style.width,
    )
    if "outlet" in (*a.guessed, *b.guessed):
        yield from (style.paint(line, "dim") for line in wrap(GUESSED, style.width))


def _columns(left: str, right: str, style: Style) -> Iterator[str]:
    """Two texts beside each other, with the changes between `OPEN` and `CLOSE`."""
    half = (style.width - 3) // 2
    rows = _column(left, GONE, half, style), _column(right, NEW, half, style)
    for one, other in zip_longest(*rows, fillvalue=("", 0)):
        yield f"{one[0]}{' ' * (half - one[1])} │ {other[0]}".rstrip()


def _marked(text: str, passage: Passage, side: int) -> str:
    """One side of a passage, cleaned, with what has no equal on the other side between `OPEN` and `CLOSE`.

    Where only blanks or punctuation differ, nothing is marked.
    """
    whole = passage.a if side == 0 else passage.b
    text = text.replace(OPEN, " ").replace(CLOSE, " ")
    pieces: list[str] = []
    at = whole.start
    for match in (*passage.matches, (Span(whole.end, whole.end),) * 2):
        span = match[side]
        between = text[at : span.start]
        if any(char.isalnum() for char in between):
            start, end = len(between) - len(between.lstrip()), len(between.rstrip())
            between = f"{between[:start]}{OPEN}{between[start:end]}{CLOSE}{between[end:]}"
        pieces += [between, text[span.start : span.end]]
        at = span.end
    return clean("".join(pieces))


def _column(marked: str, mark: Mark, width: int, style: Style) -> list[tuple[str, int]]:
    """Lines of one column, ready to print, each with the columns that it takes."""
    if not style.colour:
        return [
            (line, columns(line)) for line in wrap(marked.replace(OPEN, mark.before).replace(CLOSE, mark.after), width)
        ]
    flags: list[bool] = []
    inside = False
    for char in marked:
        if char in (OPEN, CLOSE):
            inside = char == OPEN
        elif char != " ":
            flags.append(inside)
    lines = list(wrap(marked.replace(OPEN, "").replace(CLOSE, ""), width))
    return list(zip(_painted(lines, flags, mark, style), map(columns, lines), strict=True))


def _painted(lines: Sequence[str], flags: Sequence[bool], mark: Mark, style: Style) -> Iterator[str]:
    """The lines with every changed character in the mark's styles; `flags` has one entry for each that is no blank."""
    at = 0
    for line in lines:
        row: list[tuple[str, bool]] = []
        for char in line:
            if char == " ":
                row.append((char, bool(row) and row[-1][1] and at < len(flags) and flags[at]))
            else:
                row.append((char, flags[at]))
                at += 1
        yield "".join(
            style.paint("".join(char for char, _ in group), *(mark.styles if changed else ()))
            for changed, group in groupby(row, key=lambda entry: entry[1])
        )
