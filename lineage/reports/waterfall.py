"""Why: the ledger of a claim as a waterfall in log odds, with the evidence quoted."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from lineage.model import Article, Derivation, Lineage, Reason, Span
from lineage.reports.terminal import Style, clean, pad, trim, wrap
from lineage.reports.wording import label, name, percent, source_name, spoken

SCALE = 12  # columns for the widest bar
QUOTES = 2  # quotations shown for a row
SNIPPET = 110  # characters of a quotation


def waterfall(lineage: Lineage, child: str, parent: str | None, style: Style) -> str:
    """The ledgers of what is claimed about one article: its parents and sources, or why there are none."""
    return style.plain("\n".join(_lines(lineage, child, parent, style)).rstrip() + "\n")


def _lines(lineage: Lineage, child: str, parent: str | None, style: Style) -> Iterator[str]:
    article = lineage.articles[child]
    claims = [c for c in lineage.derivations if c.child == child and parent in (None, c.parent)]
    sources = [s for s in lineage.sources if child in s.children and parent in (None, s.id)]
    for claim in claims:
        yield from _derivation(lineage, claim, style)
    for source in sources:
        title = f"{label(article)} ← {source_name(source)}: {spoken(source.probability[child])}"
        yield style.paint(title, "bold")
        yield from _rows(source.reasons[child], article, None, style)
        yield ""
    asked = [u for u in lineage.unresolved if child in (u.a, u.b) and parent in (None, u.a, u.b)]
    for question in asked:
        one, other = lineage.articles[question.a], lineage.articles[question.b]
        yield style.paint(f"{label(one)} and {label(other)}: direction undetermined", "bold")
        yield from _rows(question.reasons, one, other, style)
        yield (
            f"   {name(one)} from {name(other)} {percent(question.a_from_b)}, "
            f"the reverse {percent(question.b_from_a)}; the rows are those of the first."
        )
        yield ""
    if not (claims or sources or asked):
        yield from _nothing(lineage, child, parent, style)


def _derivation(lineage: Lineage, claim: Derivation, style: Style) -> Iterator[str]:
    child, parent = lineage.articles[claim.child], lineage.articles[claim.parent]
    yield style.paint(f"{label(child)} ← {label(parent)}: {spoken(claim.probability)}", "bold")
    yield from _rows(claim.reasons, child, parent, style)
    if claim.alternatives:
        rivals = [f"{label(lineage.articles[id])} {percent(p)}" for id, p in claim.alternatives.items()]
        yield from wrap("   Other parents that were weighed: " + ", ".join(rivals), style.width)
    yield ""


def _rows(reasons: Sequence[Reason], child: Article, parent: Article | None, style: Style) -> Iterator[str]:
    """A line a row: its weight, a bar, the running total, what it says; then the evidence."""
    largest = max([1.0, *(abs(reason.weight) for reason in reasons)])
    running = 0.0
    for reason in reasons:
        running += reason.weight
        if abs(reason.weight) < 0.005 and reason.kind != "further parent":
            continue
        bar = "█" * max(1, round(SCALE * abs(reason.weight) / largest))
        left, right = (
            (pad("", SCALE), pad(bar, SCALE))
            if reason.weight >= 0
            else (" " * (SCALE - len(bar)) + bar, pad("", SCALE))
        )
        colour = "green" if reason.weight >= 0 else "red"
        note, *more = wrap(clean(reason.note), max(30, style.width - 2 * SCALE - 33))
        yield (
            f"  {reason.weight:+6.2f} {style.paint(left, colour)}│{style.paint(right, colour)} {running:+6.2f}  "
            f"{pad(reason.kind, 13)} {note}"
        )
        for line in more:
            yield " " * (2 * SCALE + 33) + line
        yield from _evidence(reason.child_spans, child, style)
        if parent is not None:
            yield from _evidence(reason.parent_spans, parent, style)
    probability = 1 / (1 + math.exp(-running))
    yield f"  {'':6} {'':{SCALE}}={'':{SCALE}} {running:+6.2f}  log odds, a probability of {percent(probability)}"


def _evidence(spans: Sequence[Span], article: Article, style: Style) -> Iterator[str]:
    """The longest of the quoted stretches, in the text's order."""
    longest = sorted(sorted(spans, key=lambda span: span.start - span.end)[:QUOTES])
    for span in longest:
        snippet = trim(clean(article.text[span.start : span.end]), SNIPPET)
        if snippet:
            where = f"{name(article)} {span.start}–{span.end}"
            yield style.paint(trim(f"{'':10}{where}: “{snippet}”", style.width), "dim")


def _nothing(lineage: Lineage, child: str, parent: str | None, style: Style) -> Iterator[str]:
    """Why nothing is claimed: what is shared all the same, or that nothing is."""
    article = lineage.articles[child]
    yield style.paint(f"{label(article)}: nothing is claimed about where its text comes from", "bold")
    shares = {"quotations": "only quotations", "formulas": "only formulas", "brief": "a brief stretch only"}
    found = False
    for relation in lineage.relations:
        if child in (relation.a, relation.b) and parent in (None, relation.a, relation.b):
            other = lineage.articles[relation.b if relation.a == child else relation.a]
            found = True
            yield f"   It shares {shares[relation.kind]} with {label(other)}: {relation.words} words"
            spans = [passage.a if relation.a == child else passage.b for passage in relation.passages]
            yield from _evidence(spans, article, style)
    if not found:
        with_whom = label(lineage.articles[parent]) if parent and parent in lineage.articles else "any other article"
        yield f"   It shares no passage with {with_whom}."
