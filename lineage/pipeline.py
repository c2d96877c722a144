"""The stage functions before and after the overlaps: reading with outlets guessed, and articles made witnesses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from os import PathLike
from typing import Any

import xxhash

from lineage.article import each
from lineage.descent.witness import Witness
from lineage.errors import InputError, LineageError, UsageError
from lineage.model import Article, Credit, Overlap, Provenance, Skipped, Span
from lineage.reading import ArticleStream, Spread, stream_articles
from lineage.reports.wording import label
from lineage.settings import Settings
from lineage.text.authors import author_credits
from lineage.text.credits import find_credits
from lineage.text.furniture import find_furniture
from lineage.text.outlets import Registry
from lineage.text.own_outlet import guess_outlet
from lineage.text.phrases import Words
from lineage.text.quotes import quotes_in
from lineage.text.tokens import batches, joined, tokenize_encoded
from lineage.text.wires import strange_wires
from lineage.version import __version__


def read_articles(
    *paths: str | PathLike[str],
    mapping: Mapping[str, str] | None = None,
    on_skip: Callable[[Skipped], None] | None = None,
    registry: Registry | None = None,
    spread: Spread = map,
) -> ArticleStream:
    """Articles from folders and files, one after another; outlets that are not given are guessed from the text.

    `mapping` gives the columns of fields, as `{"text": "fulltext"}`. What cannot be read is in the stream's
    `skipped`, and is handed to `on_skip` at once. `spread` is as `map`, but may do the work in other
    processes. Raises `UsageError` for a path that does not exist.
    """
    known = registry or Registry.load()
    stream = stream_articles(*paths, mapping=mapping, on_skip=on_skip, spread=spread)
    return stream.map(lambda article: _with_outlet(article, known))


def _with_outlet(article: Article, registry: Registry) -> Article:
    """The article as one of its host's, if that is a known outlet's and what it calls itself is not; else with the
    outlet that its text names, if it has none. Sites call themselves "U.S." and "Hosted".
    """
    host = article.extra.get("host")
    if isinstance(host, str) and (own := registry.resolve(host)) and _unknown(article.outlet, host, registry):
        return replace(article, outlet=own.name)
    if article.outlet or not (found := guess_outlet(article.text, registry)):
        return article
    return replace(article, outlet=found[0].name, guessed=(*article.guessed, "outlet"))


def _unknown(outlet: str | None, host: str, registry: Registry) -> bool:
    return outlet is None or outlet == host or registry.resolve(outlet) is None


def nothing_to(verb: str, skipped: Iterable[Skipped]) -> LineageError:
    """The error of an input without an article: whether there is none, or none that can be read."""
    if any(entry.kind == "unreadable" for entry in skipped):
        return InputError(f"there is no article to {verb}: nothing of the input can be read")
    return UsageError(f"there is no article to {verb}; name a folder or files that hold some")


def unique(articles: Iterable[Article]) -> tuple[list[Article], list[Skipped]]:
    """The articles with ids that differ, and a note for each that was left out or renamed."""
    held: dict[str, Article] = {}
    noted: list[Skipped] = []
    for article in each(articles):
        twin = held.get(article.id)
        if twin is None:
            held[article.id] = article
        elif twin.text == article.text:
            noted.append(Skipped(article.id, "the same id and text occurred already", record=article.id, kind="noted"))
        else:
            number = 2
            while f"{article.id}#{number}" in held:
                number += 1
            name = f"{article.id}#{number}"
            held[name] = replace(article, id=name)
            noted.append(Skipped(article.id, f"the id occurred already; renamed to {name}", record=name, kind="noted"))
    return list(held.values()), noted


def provenance(articles: Iterable[Article], changed: Mapping[str, Any], now: datetime) -> Provenance:
    """What made a result. The digest covers ids and texts, in no order."""
    digest = 0
    for article in articles:
        digest ^= xxhash.xxh3_128_intdigest(f"{article.id}\0{article.text}".encode("utf-8", "surrogatepass"))
    return Provenance(__version__, dict(changed), f"{digest:032x}", now)


def registry(articles: Sequence[Article], settings: Settings) -> Registry:
    """The shipped outlets and the user's, with the outlets of the articles and the wires that these name."""
    known = Registry.load(*settings.registry_files).with_outlets(a.outlet for a in articles if a.outlet)
    return known.with_outlets(strange_wires(article.text for article in articles), kind="wire")


def called(articles: Sequence[Article]) -> list[str]:
    """What sentences call the articles of an input: by their outlets, with the id where one has several."""
    several = Counter(article.outlet for article in articles)
    return [
        article.outlet if article.outlet and several[article.outlet] == 1 else label(article) for article in articles
    ]


def witnesses(
    articles: Sequence[Article],
    registries: Iterable[Registry],
    names: Iterable[str],
    aside: Mapping[str, Sequence[Span]] = {},
) -> list[Witness]:
    """Each article with its words and marks, by the registry of its own, and what sentences call it; `aside` are
    stretches, by article id, that are furniture besides.
    """
    known, names = iter(registries), iter(names)
    result: list[Witness] = []
    for some in batches(article.text for article in articles):
        data, bounds = joined(some)
        batch = tokenize_encoded(data, bounds)
        first, begins, ends = (column.tolist() for column in quotes_in(data, bounds))
        for index, text in enumerate(some):
            article, registry = articles[len(result)], next(known)
            outlet = registry.resolve(article.outlet) if article.outlet else None
            own = outlet.id if outlet else None
            own_quotes = slice(first[index], first[index + 1])
            quotes = [*map(Span, begins[own_quotes], ends[own_quotes])]
            words = Words(text)
            credits = find_credits(text, registry, article=article.id, quotes=quotes, own_outlet=own, words=words)
            if article.author:
                credits += author_credits(article, registry, outlet)
            furniture = (*find_furniture(text, words), *aside.get(article.id, ()))
            result.append(
                Witness.of(
                    article,
                    batch.article(index),
                    quotes=quotes,
                    furniture=furniture,
                    credits=credits,
                    outlet=own,
                    called=next(names),
                )
            )
    return result


def outlets_from_credits(
    articles: Sequence[Article],
    overlaps: Iterable[Overlap],
    found: Sequence[Witness],
    registry: Registry,
    least_words: int,
) -> list[Article]:
    """Guess the outlets that no text says of itself from the credits of articles that share narration with it.

    If an article credits an outlet that no article of the input has, the article without an outlet with which it
    shares the most narration, `least_words` at least, is taken to be that outlet's. A wire's own text names it; what
    shares text with one that credits a wire, by the `registry`, is more likely another's that prints it, too.
    """
    known = {witness.outlet for witness in found}
    by_id = {witness.article.id: witness for witness in found}
    votes: dict[str, list[tuple[int, str, Credit]]] = {}
    for overlap in overlaps:
        for mine, other in ((overlap.a, overlap.b), (overlap.b, overlap.a)):
            if by_id[mine].article.outlet is None and overlap.narrated >= least_words:
                for credit in by_id[other].credits:
                    named = credit.outlet or (credit.name or "").casefold()
                    if credit.name and named not in known and not registry.is_wire(credit.name):
                        votes.setdefault(mine, []).append((overlap.narrated, other, credit))
    claimed: dict[tuple[str, str], tuple[int, str, str]] = {}
    for mine, entries in votes.items():
        for narrated, other, credit in entries:
            key = (other, credit.outlet or (credit.name or "").casefold())
            claimed[key] = max(claimed.get(key, (0, "", "")), (narrated, mine, credit.name or ""))
    names: dict[str, set[str]] = {}
    for _, mine, given in claimed.values():
        names.setdefault(mine, set()).add(given)
    return [
        replace(article, outlet=min(names[article.id]), guessed=(*article.guessed, "outlet"))
        if len(names.get(article.id, ())) == 1
        else article
        for article in articles
    ]
