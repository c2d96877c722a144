"""Two articles' shared passages side by side, with what was changed marked."""

from __future__ import annotations

from collections.abc import Iterator

from lineage.model import Article, Overlap, Passage, Span
from lineage.reports.terminal import Style, clean, columns, pad, wrap
from lineage.reports.wording import count, label, name, percent

GONE, NEW = ("[-", "-]"), ("{+", "+}")


def side_by_side(overlap: Overlap, a: Article, b: Article, style: Style) -> str:
    """Every passage in two columns: what stands only on the left [-so-], only on the right {+so+}."""
    return style.plain("\n".join(_lines(overlap, a, b, style)) + "\n")


def _lines(overlap: Overlap, a: Article, b: Article, style: Style) -> Iterator[str]:
    half = (style.width - 3) // 2
    yield style.paint(pad(_head(a, half), half) + "   " + _head(b, half), "bold")
    if not overlap.passages:
        yield ""
        yield "They share no passage of eight words or more."
        return
    for number, passage in enumerate(overlap.passages, 1):
        yield ""
        quoted = f", {percent(passage.quoted)} of it in quotation marks" if passage.quoted else ""
        title = f"{number}. {count(passage.words, 'word')}, {passage.grade}, {percent(passage.identity)} alike{quoted}"
        yield style.paint(title, "cyan")
        left = list(wrap(_marked(a.text, passage, 0, GONE), half))
        right = list(wrap(_marked(b.text, passage, 1, NEW), half))
        for row in range(max(len(left), len(right))):
            one = left[row] if row < len(left) else ""
            other = right[row] if row < len(right) else ""
            yield f"{_coloured(pad(one, half), GONE, 'red', style)} │ {_coloured(other, NEW, 'green', style)}".rstrip()
    yield ""
    yield (
        f"{percent(overlap.a_in_b)} of {name(a)} stands in {name(b)}, {percent(overlap.b_in_a)} of {name(b)} in "
        f"{name(a)}; {count(overlap.narrated, 'shared word')} outside quotation marks, {overlap.quoted} inside."
    )


def _head(article: Article, width: int) -> str:
    text = label(article)
    return text if columns(text) <= width else name(article)


def _marked(text: str, passage: Passage, side: int, marks: tuple[str, str]) -> str:
    """The passage's text on one side, with what has no equal on the other side between marks."""
    whole = passage.a if side == 0 else passage.b
    pieces: list[str] = []
    at = whole.start
    for match in (*passage.matches, (Span(whole.end, whole.end),) * 2):
        span = match[side]
        between = text[at : span.start]
        if any(char.isalnum() for char in between):
            before = between[: len(between) - len(between.lstrip())]
            after = between[len(between.rstrip()) :]
            between = f"{before}{marks[0]}{between.strip()}{marks[1]}{after}"
        pieces += [between, text[span.start : span.end]]
        at = span.end
    return clean("".join(pieces))


def _coloured(line: str, marks: tuple[str, str], colour: str, style: Style) -> str:
    """The marked words in colour, where there is colour; the marks stay, for those who cannot see it."""
    if not style.colour:
        return line
    return line.replace(marks[0], f"\x1b[{31 if colour == 'red' else 32}m{marks[0]}").replace(
        marks[1], f"{marks[1]}\x1b[0m"
    )
