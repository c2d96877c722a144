"""Where a text comes from, and who uses one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lineage.answers import Check, Use
from lineage.model import Article, Overlap, Passage
from lineage.reports.overview import duration
from lineage.reports.terminal import Style, clean, pad, trim
from lineage.reports.wording import count, label, percent, short_id, source_name, spoken, when

PASSAGES, SOURCES = 20, 8  # shown of each article; --json has all


def whence(found: Check, style: Style) -> str:
    """The probable sources of an article, then its passages in the order of its text, each with who has it."""
    return style.page("\n".join(_lines(found, style)) + "\n")


def _lines(found: Check, style: Style) -> Iterator[str]:
    article = found.article
    yield style.paint(label(article), "bold") + (f"  {style.paint(when(article), 'dim')}" if when(article) else "")
    if not found.overlaps:
        yield "  nothing of it is in the archive" if article.text.strip() else "  it has no text"
    yield from _claims(found, style)
    if found.overlaps:
        yield f"  shares text with {count(len(found.overlaps), 'article')}"
        for overlap in found.overlaps[:SOURCES]:
            yield f"    {_shares(overlap, found.others[overlap.b])}"
        if len(found.overlaps) > SOURCES:
            yield style.paint(f"    and {len(found.overlaps) - SOURCES:,} more", "dim")
        yield "  passage by passage"
        yield from _passages(found, style)
    for entry in found.skipped:
        yield style.paint(f"  noted: {clean(entry.reason)}", "dim")


def _claims(found: Check, style: Style) -> Iterator[str]:
    if found.lineage is None:
        return
    id = found.article.id
    names = found.lineage.articles
    said = False
    for claim in found.lineage.derivations:
        if claim.child == id:
            said = True
            yield f"  ← {label(names[claim.parent])}  {spoken(claim.probability)}" + (
                ", credited" if claim.credited else ", not credited"
            )
        elif claim.parent == id:
            said = True
            yield f"  → {label(names[claim.child])} took from it  {spoken(claim.probability)}"
    for source in found.lineage.sources:
        if id in source.children:
            said = True
            yield f"  ← {source_name(source)}  {spoken(source.probability[id])}"
    for question in found.lineage.unresolved:
        if id in (question.a, question.b):
            other = question.b if question.a == id else question.a
            said = True
            yield f"  ? {label(names[other])}: one took from the other, or both from a third: it is not clear which"
    if found.overlaps and not said:
        yield style.paint("  what it shares is too little to say that it was taken", "dim")


def _shares(overlap: Overlap, other: Article) -> str:
    words = count(overlap.narrated + overlap.quoted, "word")
    quoted = f", {overlap.quoted:,} of them quoted" if overlap.quoted else ""
    moment = f", {when(other)}" if when(other) else ""
    return (
        f"{label(other)}{moment}: {words}{quoted}, {percent(overlap.a_in_b)} of this, {percent(overlap.b_in_a)} of that"
    )


def _passages(found: Check, style: Style) -> Iterator[str]:
    """The passages in the text's order: where several articles have the same, the one with most words stands first.

    Two are the same if most of each lies in the other; who has only a part of a passage has a line for that part.
    """
    held: list[tuple[Passage, list[str]]] = []
    every = sorted(
        ((p, o.b) for o in found.overlaps for p in o.passages),
        key=lambda entry: (-entry[0].words, entry[0].a, entry[1]),
    )
    for passage, other in every:
        within = next((names for whole, names in held if _same(whole, passage)), None)
        if within is None:
            held.append((passage, [other]))
        elif other not in within:
            within.append(other)
    held.sort(key=lambda entry: entry[0].a)
    for passage, others in held[:PASSAGES]:
        more = f" and {len(others) - 1:,} more" if len(others) > 1 else ""
        head = f"    {count(passage.words, 'word')}  {short_id(others[0])}{more}  "
        text = found.article.text[passage.a.start : passage.a.end]
        yield head + style.paint(trim(f"“{clean(text)}”", max(20, style.width - len(head))), "dim")
    if len(held) > PASSAGES:
        yield style.paint(f"    and {len(held) - PASSAGES:,} more passages; --json has all", "dim")


def _same(one: Passage, other: Passage) -> bool:
    """Whether most of each of two passages lies in the other."""
    shared = min(one.a.end, other.a.end) - max(one.a.start, other.a.start)
    return 2 * shared > max(one.a.end - one.a.start, other.a.end - other.a.start)


def users(article: Article, found: Sequence[Use], style: Style) -> str:
    """Who uses a text: share, words, credit, time after it, licence."""
    lines = [style.paint(label(article), "bold")]
    if not found:
        lines.append("  nobody in the archive uses it")
    names = [trim(f"{clean(use.outlet or '')} [{short_id(use.id)}]".strip(), 48) for use in found]
    width = max(map(len, names), default=0)
    for name, use in zip(names, found, strict=True):
        parts = [
            f"{percent(use.share):>6}",
            count(use.words, "word"),
            {True: "credited", False: "not credited", None: ""}[use.credited],
            (use.published or "")[:16].replace("T", " "),
            ""
            if use.lag is None
            else f"{duration(use.lag)} later"
            if use.lag >= 0
            else f"{duration(-use.lag)} earlier",
            {True: "licensed", False: "no licence", None: ""}[use.licensed],
        ]
        lines.append(f"  {pad(name, width)}  " + ", ".join(part for part in parts if part))
    dated = sorted(use.published for use in found if use.published)
    if dated:
        credited = sum(bool(use.credited) for use in found)
        unlicensed = sum(use.licensed is False for use in found)
        tail = f", {unlicensed:,} without a licence" if any(use.licensed is not None for use in found) else ""
        said = f"  {count(len(found), 'use')}, {credited:,} credited{tail}; first {dated[0]}, last {dated[-1]}"
        lines.append(style.paint(said, "dim"))
    return style.page("\n".join(lines) + "\n")
