"""Why: the ledger of a claim as a waterfall in log odds, with the evidence quoted."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from lineage.model import Article, Derivation, Lineage, Reason, Source, Span, Unresolved
from lineage.reports.terminal import Style, clean, columns, pad, trim, wrap
from lineage.reports.wording import (
    SHARED,
    apart,
    count,
    joined,
    label,
    name,
    percent,
    source_name,
    spoken,
    undecided,
)

SCALE, SMALL = 12, 3  # columns for the widest bar; in a narrow terminal
KIND = 13  # columns for a row's kind: the longest are "common source" and "further parent"
LEFT = 2 * SCALE + KIND + 20  # columns before a note
QUOTES = 2  # quotations shown for a row and a text
INDENT = 10  # columns before a quotation
NARROWEST = 30  # columns that a note needs beside its bar; with less it goes below
SNIPPET = 110  # columns of a quotation
SLIGHT = 0.1  # nats: rows below that, of which none moves a probability by more than 2.5 points, are one line
FIRST, LAST = ("base", "text"), ("rivals", "both", "calibration")  # rows that a ledger begins and ends with


def waterfall(lineage: Lineage, child: str, parent: str | None, style: Style) -> str:
    """The ledgers of what is claimed about one article: its parents and sources, or why there are none.

    `parent` is the id of an article or a source; only what concerns it is shown.
    """
    return style.page("\n".join(_lines(lineage, child, parent, style)).rstrip() + "\n")


def _lines(lineage: Lineage, child: str, parent: str | None, style: Style) -> Iterator[str]:
    article = lineage.articles[child]
    claims = [c for c in lineage.derivations if c.child == child and parent in (None, c.parent)]
    sources = [s for s in lineage.sources if child in s.children and parent in (None, s.id)]
    asked = [u for u in lineage.unresolved if child in (u.a, u.b) and parent in (None, u.a, u.b)]
    for claim in claims:
        above = lineage.articles[claim.parent]
        yield from _title(f"{label(article)} ← {label(above)}: {spoken(claim.probability)}", style)
        yield from _rows(claim.reasons, article, above, style)
        yield _total(claim.reasons, style)
        yield from _others(lineage, claim, style)
        yield ""
    for source in sources:
        yield from _title(f"{label(article)} ← {source_name(source)}: {spoken(source.probability[child])}", style)
        yield from _rows(source.reasons[child], article, None, style)
        yield _total(source.reasons[child], style)
        yield from _wording(source, style)
        yield ""
    for question in asked:
        yield from _question(lineage, question, style)
        yield ""
    if not (claims or sources or asked):
        yield from _nothing(lineage, child, parent, style)


def _title(text: str, style: Style) -> Iterator[str]:
    for line in wrap(text, style.width):
        yield style.paint(line, "bold")


def _others(lineage: Lineage, claim: Derivation, style: Style) -> Iterator[str]:
    """The parents that were weighed besides, the likeliest first."""
    rivals = sorted(claim.alternatives.items(), key=lambda entry: (-entry[1], entry[0]))
    said = [f"{label(lineage.articles[id]) if id in lineage.articles else clean(id)} {percent(p)}" for id, p in rivals]
    if said:
        yield from _hanging("Other parents that were weighed: " + ", ".join(said), style)


def _wording(source: Source, style: Style) -> Iterator[str]:
    """The longest stretches of a source's reconstructed text."""
    for stretch in sorted(source.wording, key=len, reverse=True)[:QUOTES]:
        yield from _hanging(f"From its wording: “{trim(clean(stretch), SNIPPET)}”", style)


def _question(lineage: Lineage, question: Unresolved, style: Style) -> Iterator[str]:
    """A link whose direction is open: what speaks for it, and the two directions."""
    one, other = lineage.articles[question.a], lineage.articles[question.b]
    left, right = apart(one, other)
    yield from _title(f"{label(one)} and {label(other)}: {undecided(question, one, other)}", style)
    yield from _hanging(f"What would speak for {left} from {right}, before it is weighed against the rest:", style)
    yield from _rows(question.reasons, one, other, style)


def _hanging(text: str, style: Style) -> Iterator[str]:
    for line in wrap(text, style.width - 2):
        yield "  " + line


def _rows(reasons: Sequence[Reason], child: Article, parent: Article | None, style: Style) -> Iterator[str]:
    """A line a row, the weightiest first: its weight, a bar, the running total, kind and note; then the evidence."""
    largest = max([1.0, *(abs(reason.weight) for reason in reasons)])
    scale, beside = _scale(style)
    running = 0.0
    for reason in _by_weight(reasons):
        running += reason.weight
        if abs(reason.weight) < 0.005 and reason.kind in ("rivals", "calibration"):
            continue  # the probability is shown as it was found
        bar = "█" * max(abs(reason.weight) >= 0.005, round(scale * abs(reason.weight) / largest))
        against = reason.weight < 0
        left, right = (f"{bar:>{scale}}", " " * scale) if against else (" " * scale, f"{bar:<{scale}}")
        colour = "red" if against else "green"
        line = (
            f"  {reason.weight:+7.2f} {style.paint(left, colour)}│{style.paint(right, colour)} {running:+7.2f}  "
            f"{pad(trim(clean(reason.kind), KIND), KIND)}"
        )
        lead = " " * (LEFT if beside else INDENT)
        first, *more = wrap(clean(reason.note), style.width - len(lead))
        yield f"{line} {first}" if beside else line.rstrip()
        yield from (lead + text for text in (more if beside else [first, *more]))
        pairs = list(zip(reason.child_spans, reason.parent_spans, strict=False))
        if parent is not None and len(pairs) == len(reason.child_spans) == len(reason.parent_spans):
            for own, other in sorted(sorted(pairs, key=lambda pair: pair[0].start - pair[0].end)[:QUOTES]):
                yield from _shared(own, other, child, parent, style)
            continue
        yield from _evidence(reason.child_spans, child, style, reason.note)
        if parent is not None:
            yield from _evidence(reason.parent_spans, parent, style, reason.note)


def _by_weight(reasons: Sequence[Reason]) -> Iterator[Reason]:
    """The rows in the order in which one would argue, those of little weight added up to one before the last."""
    argued = sorted((r for r in reasons if r.kind not in FIRST + LAST), key=lambda r: -abs(r.weight))
    slight = [reason for reason in argued if abs(reason.weight) < SLIGHT]
    if len(slight) < 2:
        slight = []
    yield from (reason for reason in reasons if reason.kind in FIRST)
    yield from argued[: len(argued) - len(slight)]
    if slight:
        parts = ", ".join(f"{reason.kind} {reason.weight:+.2f}" for reason in slight)
        yield Reason("little weight", math.fsum(reason.weight for reason in slight), parts)
    yield from (reason for reason in reasons if reason.kind in LAST)


def _scale(style: Style) -> tuple[int, bool]:
    """The columns of the widest bar, and whether a note has room beside it."""
    beside = style.width >= LEFT + NARROWEST
    return (SCALE if beside else SMALL), beside


def _total(reasons: Sequence[Reason], style: Style) -> str:
    """The sum of the rows, as log odds and as the probability that it is."""
    total = math.fsum(reason.weight for reason in reasons)
    sure = 1 / (1 + math.exp(-total)) if total > -700 else 0.0
    scale, _ = _scale(style)
    line = f"  {'':7} {'':{scale}}={'':{scale}} {total:+7.2f}  log odds, a probability of {percent(sure)}"
    return style.paint(line if columns(line) <= style.width else f"  {total:+.2f}: {percent(sure)}", "bold")


def _shared(own: Span, other: Span, child: Article, parent: Article, style: Style) -> Iterator[str]:
    """A passage of two articles: once if its words are the same in both, else as either has it."""
    mine, theirs = clean(child.text[slice(*own)]), clean(parent.text[slice(*other)])
    if _letters(mine) != _letters(theirs):
        yield from _quoted(_place(own, child, style), mine, style)
        yield from _quoted(_place(other, parent, style), theirs, style)
    else:
        yield from _quoted(f"{_place(own, child, style)}, {_place(other, parent, style)}", mine, style)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _place(span: Span, article: Article, style: Style) -> str:
    return f"{trim(name(article), max(10, style.width // 3 - INDENT))} {span.start}–{span.end}"


def _quoted(where: str, snippet: str, style: Style) -> Iterator[str]:
    """A stretch of a text, in quotation marks, and where it stands; nothing if it is empty."""
    lead = f"{' ' * INDENT}{where}: “"
    if snippet:
        yield style.paint(f"{lead}{trim(snippet, _room(lead, style))}”", "dim")


def _room(lead: str, style: Style) -> int:
    return max(4, min(SNIPPET, style.width - columns(lead) - 1))


def _evidence(spans: Sequence[Span], article: Article, style: Style, note: str = "") -> Iterator[str]:
    """The longest of the quoted stretches, in the text's order; what the note quotes already with the words around."""
    longest = sorted(sorted(spans, key=lambda span: span.start - span.end)[:QUOTES])
    for span in longest:
        where = _place(span, article, style)
        snippet = clean(article.text[span.start : span.end])
        if snippet and snippet in clean(note):
            snippet = _in_context(article.text, span, _room(f"{' ' * INDENT}{where}: “", style))
        yield from _quoted(where, snippet, style)


def _in_context(text: str, span: Span, room: int) -> str:
    """A stretch with as many of the words around it as there is room for."""
    spare = max(0, room - (span.end - span.start) - 2) // 2
    before, after = text[max(0, span.start - spare) : span.start], text[span.end : span.end + spare]
    if span.start > spare:
        before = "…" + before.partition(" ")[2]
    if span.end + spare < len(text):
        after = after.rpartition(" ")[0] + "…"
    return clean(before + text[span.start : span.end] + after)


def _nothing(lineage: Lineage, child: str, parent: str | None, style: Style) -> Iterator[str]:
    """Why nothing is claimed: what is shared all the same, or that nothing is."""
    article = lineage.articles[child]
    above = lineage.articles.get(parent or "")
    what = f"anything from {label(above)}" if above else "its text from anywhere"
    yield from _title(f"{label(article)}: not found to have taken {what}", style)
    found = [r for r in lineage.relations if child in (r.a, r.b) and parent in (None, r.a, r.b)]
    for kind in SHARED:
        related = [(r, r.b if r.a == child else r.a) for r in found if r.kind == kind]
        if not related:
            continue
        others = [f"{label(lineage.articles[id])} ({count(r.words, 'word')})" for r, id in related]
        yield from _hanging(f"It shares {SHARED[kind]} with {joined(others, len(others))}", style)
        spans = {passage.a if r.a == child else passage.b for r, _ in related for passage in r.passages}
        yield from _evidence([s for s in spans if not any(_inside(s, other) for other in spans)], article, style)
    reverse = [c for c in lineage.derivations if c.parent == child and parent in (None, c.child)]
    for claim in reverse:
        yield from _hanging(f"{label(lineage.articles[claim.child])} took from it: {spoken(claim.probability)}", style)
    if not (found or reverse):
        yield from _hanging(f"It shares no passage with {label(above) if above else 'any other article'}.", style)


def _inside(span: Span, other: Span) -> bool:
    """Whether a stretch is a part of another."""
    return span != other and other.start <= span.start and span.end <= other.end
