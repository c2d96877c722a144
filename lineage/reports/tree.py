"""The lineage as a tree that a person likes to read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple

from lineage.model import Derivation, Lineage, Relation, Source, Unresolved
from lineage.reports.terminal import Style, clean, columns, trim, wrap
from lineage.reports.wording import (
    GUESSED,
    SHARED,
    age,
    count,
    day,
    joined,
    label,
    name,
    origins,
    percent,
    short_id,
    source_name,
    spoken,
    undecided,
    when,
)

FEW = 12  # articles: up to here every one is listed without --all
REASONS = 20  # kinds of things left out that are listed; --json has all
HANG = 6  # columns by which what is said of an article hangs in, past the names below it


class Clause(NamedTuple):
    """Something that is said of an article, and the style that it is said in (empty: none)."""

    text: str
    style: str = ""


def tree(lineage: Lineage, style: Style, *, all_articles: bool = False) -> str:
    """The stories, the largest first; what stands alone in brief; and a last line with the counts."""
    return style.page("\n".join(_Tree(lineage, style, all_articles or len(lineage.articles) <= FEW).lines()) + "\n")


class _Tree:
    def __init__(self, lineage: Lineage, style: Style, everything: bool) -> None:
        self.lineage = lineage
        self.style = style
        self.everything = everything
        self.taken: dict[str, list[Derivation]] = {}
        for claim in lineage.derivations:
            self.taken.setdefault(claim.child, []).append(claim)
        self.parents = {claim.parent for claim in lineage.derivations}
        self.credit = {(share.article, share.source): share.credit for share in lineage.shares}
        self.common = {(share.article, share.source): share.narration for share in lineage.shares}
        self.under: dict[str, Source] = {c: source for source in lineage.sources for c in source.children}
        self.questions: dict[str, list[Unresolved]] = {}
        for question in lineage.unresolved:
            self.questions.setdefault(question.a, []).append(question)
        self.open = {id for question in lineage.unresolved for id in (question.a, question.b)}
        self.related: dict[str, list[Relation]] = {}
        for relation in lineage.relations:
            self.related.setdefault(relation.a, []).append(relation)
            self.related.setdefault(relation.b, []).append(relation)
        self.below: dict[str, list[str]] = {}
        for id in self.by_age(lineage.articles):
            if above := self.above(id):
                self.below.setdefault(above, []).append(id)
        self.last = {children[-1] for children in self.below.values()}
        self.shown: set[str] = set()

    def by_age(self, ids: Iterable[str]) -> list[str]:
        return sorted(ids, key=lambda id: age(self.lineage.articles[id]))

    def above(self, id: str) -> str | None:
        """The article or source under which an article is drawn: the more probable of source and first parent."""
        claims, source = self.taken.get(id, ()), self.under.get(id)
        if source is not None and all(claim.probability <= source.probability[id] for claim in claims):
            return source.id
        return claims[0].parent if claims else None

    def lines(self) -> Iterator[str]:
        """Everything, line by line."""
        if not self.lineage.told:
            yield from self.untold()
            yield from self.ending()
            return
        stories = [self.by_age(story) for story in self.lineage.stories()]
        stories.sort(key=lambda story: (-len(story), age(self.lineage.articles[story[0]])))
        groups = [story for story in stories if len(story) > 1]
        singles = [story[0] for story in stories if len(story) == 1]
        for number, story in enumerate(groups, 1):
            if len(groups) > 1 or (singles and not self.everything):
                title = f"Story {number}: {count(len(story), 'article')}{self.span(story)}"
                yield self.style.paint(trim(title, self.style.width), "bold")
            yield from self.story(story)
            yield ""
        if singles and self.everything:
            for id in sorted(singles, key=lambda id: id not in self.under):
                yield from self.story([id])
            yield ""
        elif singles:
            yield from self.alone(singles)
            yield ""
        yield from self.ending()

    def untold(self) -> Iterator[str]:
        """The articles of a story of which nothing was inferred."""
        ids = self.by_age(self.lineage.articles)
        for id in ids if self.everything else ids[:FEW]:
            yield from self.article(id, "", "")
        if not self.everything and len(ids) > FEW:
            yield self.style.paint(f"and {len(ids) - FEW:,} more (--all lists them)", "dim")
        yield ""

    def ending(self) -> Iterator[str]:
        """What was left out, what the signs mean, and the counts."""
        yield from self.skipped()
        if any("outlet" in article.guessed for article in self.lineage.articles.values()):
            yield from (self.style.paint(line, "dim") for line in wrap(GUESSED, self.style.width))
        yield self.style.paint(
            f"{count(len(self.lineage.articles), 'article')}, "
            f"{origins(self.lineage.origins) if self.lineage.told else 'lineage not told'}, "
            f"{sum(entry.kind != 'noted' for entry in self.lineage.skipped):,} skipped",
            "bold",
        )

    def span(self, story: Sequence[str]) -> str:
        """The time from the first to the last article of a story, by the day."""
        moments = [self.lineage.articles[id].published for id in story]
        days = sorted(m.date() if isinstance(m, datetime) else m for m in moments if isinstance(m, date))
        if not days:
            return ""
        return f", {day(days[0])}" if days[0] == days[-1] else f", {day(days[0])} to {day(days[-1])}"

    def story(self, story: Sequence[str]) -> Iterator[str]:
        """The trees of one story: under its sources, then those that stand by themselves; then its open questions."""
        sources = {source.id: source for id in story if (source := self.under.get(id)) is not None}
        for source in sources.values():
            if self.below.get(source.id):
                yield from self.source(source)
                yield from self.branches(source.id)
        tops = sorted((id for id in story if self.above(id) is None), key=lambda id: -len(self.below.get(id, ())))
        for id in (*tops, *story):  # whatever hangs on nothing is shown all the same
            if id not in self.shown:
                yield from self.article(id, "", "")
                yield from self.branches(id)
        for id in story:
            for question in self.questions.get(id, ()):
                yield from self.question(question)

    def source(self, source: Source) -> Iterator[str]:
        """An unseen text as a node, and how it is known to have existed."""
        title = f"◌ {source_name(source)}"
        rows = [row for id in self.by_age(source.children) for row in source.reasons.get(id, ())]
        notes = [clean(row.note) for kind in ("declared", "text") for row in rows if row.kind == kind]
        said = notes[0] if notes else ""
        if said and columns(title) + 2 + columns(said) <= self.style.width:
            yield f"{self.style.paint(title, 'bold', 'yellow')}  {said}"
            return
        yield self.style.paint(trim(title, self.style.width), "bold", "yellow")
        yield from self.hanging(Clause(said), "│") if said else ()

    def branches(self, id: str) -> Iterator[str]:
        """Everything below an article or a source, to any depth."""
        deepest = self.style.width // 8 * 4  # columns: a chain of updates may be hundreds long
        stack = [(child, "") for child in reversed(self.below.get(id, ()))]
        while stack:
            child, indent = stack.pop()
            if child in self.shown:
                continue
            here, further = ("└── ", "    ") if child in self.last else ("├── ", "│   ")
            yield from self.article(child, indent + here, indent + further)
            deeper = (indent + further)[-deepest:]
            stack += [(grandchild, deeper) for grandchild in reversed(self.below.get(child, ()))]

    def article(self, id: str, lead: str, indent: str) -> Iterator[str]:
        """One article and what is said of it: on the same line if there is room, else hanging below."""
        self.shown.add(id)
        article = self.lineage.articles[id]
        room = self.style.width - columns(lead)
        head, mark = trim(name(article), room), f"  [{short_id(id)}]" if name(article) != short_id(id) else ""
        time = [Clause(when(article))] if when(article) else []
        clauses = [*time, *self.how(id)]
        if columns(head + mark) > room:
            time, clauses, mark = [], [Clause(mark.strip(), "dim"), *clauses], ""
        for beside in (clauses, time, []):
            if columns(head + mark) + 2 + columns(" · ".join(clause.text for clause in beside)) <= room:
                break
        said = " · ".join(self.style.paint(clause.text, *clause.style.split()) for clause in beside)
        yield lead + self.style.paint(head, "bold") + self.style.paint(mark, "dim") + (f"  {said}" if said else "")
        for clause in clauses[len(beside) :]:
            yield from self.hanging(clause, indent + ("│" if self.below.get(id) else ""))

    def hanging(self, clause: Clause, indent: str) -> Iterator[str]:
        """A clause on lines of its own."""
        lead = indent + " " * (HANG - columns(indent) % 4)
        first, *more = wrap(clause.text, max(16, self.style.width - columns(lead) - 2))
        yield lead + self.style.paint(first, *clause.style.split())
        yield from (f"{lead}  {self.style.paint(line, *clause.style.split())}" for line in more)

    def how(self, id: str) -> Iterator[Clause]:
        """What is said of one article: how it came to its text, or that it is independent."""
        above, source = self.above(id), self.under.get(id)
        if source is not None and above == source.id:
            common = self.common.get((id, source.id), 0.0)
            shared = f"{percent(common)} shared, " if common else ""
            yield Clause(f"{shared}took from it: {spoken(source.probability[id])}")
        for claim in self.taken.get(id, ()):
            yield self.claim(claim, further=claim.parent != above)
        if source is not None and above != source.id:
            yield Clause(f"also from {source_name(source)}: {spoken(source.probability[id])}")
        if not self.lineage.told:
            return
        if not self.lineage.articles[id].text.strip():
            yield Clause("no text")
        elif source is None and id not in self.taken and id not in self.parents and id not in self.open:
            yield Clause(self.independent(id), "green")

    def claim(self, claim: Derivation, *, further: bool) -> Clause:
        """A derivation in a few words; a further parent is named."""
        words = count(sum(passage.words for passage in claim.passages), "word")
        text = f"{percent(claim.copied)} copied ({words}), {self.credited(claim)}"
        if claim.kind == "update":
            text = f"an update: {percent(claim.copied)} of it stood in the earlier one ({words})"
            if self.lineage.articles[claim.child].text == self.lineage.articles[claim.parent].text:
                text = f"the same text again ({words})"
        if further:
            text = f"also from {label(self.lineage.articles[claim.parent])}: {text}"
        style = "red" if claim.kind == "copy" and self.credited(claim).startswith("un") else ""
        return Clause(f"{text}: {spoken(claim.probability)}", style)

    def credited(self, claim: Derivation) -> str:
        """Whether the child says where its text is from, and what it says instead."""
        state = self.credit.get((claim.child, claim.parent))
        if claim.credited or state == "present":
            return "credited" if claim.credited else "credited to a text behind it"
        if state == "elsewhere":
            credits = [c for c in self.lineage.credits if c.article == claim.child and c.is_source]
            named = sorted({trim(clean(c.name), 40) if c.name else "an unnamed agency" for c in credits})
            return f"uncredited (it names {joined(named, 3)})"
        return "uncredited (a credit in it was left out)" if state == "stripped" else "uncredited"

    def independent(self, id: str) -> str:
        """That an article is independent, and what it shares all the same."""
        others: dict[str, set[str]] = {}
        for relation in self.related.get(id, ()):
            other = self.lineage.articles[relation.b if relation.a == id else relation.a]
            said = label(other) if name(other) == name(self.lineage.articles[id]) else name(other)
            others.setdefault(SHARED[relation.kind], set()).add(said)
        parts = [f"shares {what} with {joined(sorted(others[what]))}" for what in SHARED.values() if what in others]
        return "independent" + (f"; {', '.join(parts)}" if parts else "")

    def question(self, question: Unresolved) -> Iterator[str]:
        """A link whose direction is open, with the probabilities."""
        one, other = self.lineage.articles[question.a], self.lineage.articles[question.b]
        shared = count(sum(passage.words for passage in question.passages), "word")
        text = f"? {label(one)} and {label(other)} share {shared}: {undecided(question, one, other)}"
        first, *more = wrap(text, self.style.width - 2)
        yield self.style.paint(first, "cyan")
        yield from (f"  {self.style.paint(line, 'cyan')}" for line in more)

    def alone(self, ids: Sequence[str]) -> Iterator[str]:
        """Articles that no story has, summed up."""
        named = Counter(self.under[id].name or "an unnamed feed" for id in ids if id in self.under)
        brief = sum(id in self.related and id not in self.under for id in ids)
        rest = len(ids) - named.total() - brief
        if named:
            several = joined([f"{trim(clean(given), 40)} {number:,}" for given, number in named.most_common()], 8)
            text = f"{count(named.total(), 'article names', 'articles name')} a source that no other has: {several}"
            yield from wrap(text, self.style.width)
        if brief:
            shared = "only quotations, formulas or a brief stretch with another"
            yield from wrap(f"{count(brief, 'article shares', 'articles share')} {shared}", self.style.width)
        if rest:
            yield from wrap(
                f"{count(rest, 'article shares', 'articles share')} nothing with any other", self.style.width
            )
        yield self.style.paint("(--all lists them)", "dim")

    def skipped(self) -> Iterator[str]:
        """What was left out, by reason."""
        reasons: dict[tuple[str, str], list[str]] = {}
        for entry in self.lineage.skipped:
            where = entry.file if entry.line is None else f"{entry.file}:{entry.line}"
            reasons.setdefault((entry.kind, entry.reason), []).append(where)
        for (kind, reason), places in list(reasons.items())[:REASONS]:
            shown = joined([clean(place) for place in places if place], 2)
            text = f"{kind}: {clean(reason)}" + (f" ({shown})" if shown else "")
            first, *more = wrap(text, self.style.width - 2)
            yield self.style.paint(first, "dim")
            yield from (self.style.paint(f"  {line}", "dim") for line in more)
        if len(reasons) > REASONS:
            yield f"and {count(len(reasons) - REASONS, 'other reason')} (--json has all)"
