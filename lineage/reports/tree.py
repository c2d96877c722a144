"""The lineage as a tree that a person likes to read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime

from lineage.model import Derivation, Lineage, Source, Unresolved
from lineage.reports.terminal import Style, clean, columns, trim, wrap
from lineage.reports.wording import count, joined, label, name, origins, percent, source_name, spoken, when

FEW = 12  # articles: up to here every one is listed without --all


def tree(lineage: Lineage, style: Style, *, all_articles: bool = False) -> str:
    """The stories, the largest first; what stands alone in brief; and a last line with the counts."""
    return style.plain("\n".join(_Tree(lineage, style, all_articles or len(lineage.articles) <= FEW).lines()) + "\n")


class _Tree:
    def __init__(self, lineage: Lineage, style: Style, everything: bool) -> None:
        self.lineage = lineage
        self.style = style
        self.everything = everything
        self.taken: dict[str, list[Derivation]] = {}
        for claim in lineage.derivations:
            self.taken.setdefault(claim.child, []).append(claim)
        self.under: dict[str, Source] = {c: source for source in lineage.sources for c in source.children}
        self.parents = {claim.parent for claim in lineage.derivations}
        self.below: dict[str, list[str]] = {}
        for id in lineage.articles:
            if above := self.above(id):
                self.below.setdefault(above, []).append(id)

    def above(self, id: str) -> str | None:
        """The article or source under which an article is drawn: the more probable of source and first parent."""
        claims, source = self.taken.get(id, ()), self.under.get(id)
        if source is not None and all(claim.probability <= source.probability[id] for claim in claims):
            return source.id
        return claims[0].parent if claims else None

    def lines(self) -> Iterator[str]:
        """Everything, line by line."""
        stories = sorted(self.lineage.stories(), key=lambda story: -len(story))
        shown = [story for story in stories if self.everything or len(story) > 1]
        for number, story in enumerate(shown, 1):
            if len(shown) > 1 and len(story) > 1:
                yield self.style.paint(f"Story {number}: {count(len(story), 'article')}{self.span(story)}", "bold")
            yield from self.story(story)
            if len(story) > 1 or number == len(shown):
                yield ""
        yield from self.alone([story[0] for story in stories if len(story) == 1])
        yield from self.skipped()
        yield self.style.paint(
            f"{count(len(self.lineage.articles), 'article')}, {origins(self.lineage.origins)}, "
            f"{sum(entry.kind != 'noted' for entry in self.lineage.skipped):,} skipped",
            "bold",
        )

    def span(self, story: Sequence[str]) -> str:
        """The time from the first to the last article of a story, by the day."""
        moments = [self.lineage.articles[id].published for id in story]
        days = sorted(m.date() if isinstance(m, datetime) else m for m in moments if isinstance(m, date))
        if not days:
            return ""
        shown = [f"{day.day} {day:%b %Y}" for day in (days[0], days[-1])]
        return f", {shown[0]}" if days[0] == days[-1] else f", {shown[0]} to {shown[1]}"

    def story(self, story: Sequence[str]) -> Iterator[str]:
        """The trees of one story: under its sources, then those that stand by themselves; then its open questions."""
        members = set(story)
        tops = [id for id in story if self.above(id) is None]
        sources = [source for source in self.lineage.sources if members & set(source.children)]
        for source in sources:
            if self.below.get(source.id):
                yield from self.source(source)
        tops.sort(key=lambda id: (-len(self.below.get(id, ())), str(self.lineage.articles[id].published or "~"), id))
        for id in tops:
            yield from self.article(id, "", "")
        for question in self.lineage.unresolved:
            if question.a in members:
                yield from self.question(question)

    def source(self, source: Source) -> Iterator[str]:
        title = f"◌ {source_name(source)}"
        said = ""
        for rows in source.reasons.values():
            said = said or next((clean(row.note) for row in rows if row.kind in ("declared", "triangle")), "")
        yield trim(self.style.paint(title, "yellow", "bold") + (f"  {said}" if said else ""), self.width(title))
        yield from self.children(source.id, "")

    def width(self, painted: str) -> int:
        """The line's width, with what the styles add."""
        return self.style.width + (len(self.style.paint(painted, "yellow", "bold")) - len(painted))

    def article(self, id: str, lead: str, indent: str) -> Iterator[str]:
        """One article, what is said of it, and what is below it."""
        article = self.lineage.articles[id]
        head = self.style.paint(name(article), "bold")
        time = when(article)
        told = [time] if time else []
        told += self.how(id)
        shown_id = f"  [{clean(id)}]" if article.outlet else ""
        room = self.style.width - columns(lead) - columns(name(article)) - columns(shown_id) - 3
        first, *more = wrap(" · ".join(told), max(24, room)) if told else [""]
        yield f"{lead}{head}{self.style.paint(shown_id, 'dim')}{'  ' + first if first else ''}".rstrip()
        hang = indent + ("│   " if self.below.get(id) else "    ")
        for line in more:
            yield f"{hang}  {line}"
        yield from self.children(id, indent)

    def children(self, id: str, indent: str) -> Iterator[str]:
        below = self.below.get(id, ())
        for place, child in enumerate(below):
            last = place == len(below) - 1
            yield from self.article(child, indent + ("└── " if last else "├── "), indent + ("    " if last else "│   "))

    def how(self, id: str) -> list[str]:
        """What is said of one article: how it came to its text, or that it is independent."""
        told: list[str] = []
        above, source = self.above(id), self.under.get(id)
        for claim in self.taken.get(id, ()):
            told.append(self.claim(claim, further=claim.parent != above))
        if source is not None:
            words = f"under the source: {spoken(source.probability[id])}"
            told.insert(0, words if above == source.id else f"also from {source_name(source)}: {words}")
        elif not told and id not in self.parents and not self.open(id):
            told.append(self.independent(id))
        return told

    def claim(self, claim: Derivation, *, further: bool) -> str:
        """A derivation in a few words; a further parent is named."""
        words = sum(passage.words for passage in claim.passages)
        credit = "credited" if claim.credited else "uncredited"
        if claim.kind == "update":
            text = f"an update: {percent(claim.copied)} kept"
        else:
            text = f"{percent(claim.copied)} copied ({count(words, 'word')}), {credit}"
        text += f": {spoken(claim.probability)}"
        if further:
            text = f"also from {label(self.lineage.articles[claim.parent])}: {text}"
        return text

    def open(self, id: str) -> bool:
        return any(id in (question.a, question.b) for question in self.lineage.unresolved)

    def independent(self, id: str) -> str:
        """That an article is independent, and what it shares all the same."""
        others: dict[str, set[str]] = {}
        for relation in self.lineage.relations:
            if id in (relation.a, relation.b):
                other = self.lineage.articles[relation.b if relation.a == id else relation.a]
                others.setdefault(relation.kind, set()).add(name(other))
        shares = {"quotations": "only quotations", "formulas": "only formulas", "brief": "a brief stretch"}
        parts = [f"shares {shares[kind]} with {joined(sorted(others[kind]))}" for kind in shares if kind in others]
        return "independent" + (f"; {', '.join(parts)}" if parts else "")

    def question(self, question: Unresolved) -> Iterator[str]:
        """A link whose direction is open, with the probabilities."""
        one, other = self.lineage.articles[question.a], self.lineage.articles[question.b]
        words = sum(passage.words for passage in question.passages)
        rest = max(0.0, 1 - question.a_from_b - question.b_from_a)
        text = (
            f"? {label(one)} and {label(other)} share {count(words, 'word')}; direction undetermined: "
            f"{name(one)} from {name(other)} {percent(question.a_from_b)}, the reverse {percent(question.b_from_a)}, "
            f"both from an unseen text or by chance {percent(rest)}"
        )
        first, *more = wrap(text, self.style.width - 2)
        yield self.style.paint(first, "cyan")
        yield from (f"  {line}" for line in more)

    def alone(self, ids: Sequence[str]) -> Iterator[str]:
        """Articles that share nothing, summed up unless everything is wanted."""
        if self.everything or not ids:
            return
        named = [self.under[id] for id in ids if id in self.under]
        if named:
            tally = Counter(source.name or "an unnamed feed" for source in named)
            several = [f"{clean(given)} {number}" for given, number in tally.most_common()]
            text = f"{count(len(named), 'article')} stand alone here but name a source: {joined(several, 8)}"
            yield from wrap(text, self.style.width)
        if rest := len(ids) - len(named):
            yield f"{count(rest, 'article shares', 'articles share')} nothing with any other (--all lists them)"
        yield ""

    def skipped(self) -> Iterator[str]:
        """What was left out, by reason."""
        reasons: dict[tuple[str, str], list[str]] = {}
        for entry in self.lineage.skipped:
            where = entry.file if entry.line is None else f"{entry.file}:{entry.line}"
            reasons.setdefault((entry.kind, entry.reason), []).append(where)
        for (kind, reason), places in list(reasons.items())[:20]:
            shown = joined([clean(place) for place in places], 2)
            yield trim(f"{kind}: {clean(reason)} ({shown})", self.style.width)
        if len(reasons) > 20:
            yield f"and {count(len(reasons) - 20, 'other reason')} (--json has all)"
