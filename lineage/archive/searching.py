"""What one text shares with the articles of an archive, without adding it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from lineage.archive.holdings import CURE, Holdings
from lineage.archive.joining import Joined, borne_out
from lineage.archive.looking import holders
from lineage.archive.marks import Crowded
from lineage.archive.matching import unverified, verified
from lineage.archive.records import digest_of, plain
from lineage.archive.rows import Keys, Rows, among
from lineage.archive.sketching import fingerprinted
from lineage.dataclass import dataclass
from lineage.errors import ArchiveDamagedError
from lineage.model import Article, Overlap, Span
from lineage.overlap.candidates import begins, ranked, stretches
from lineage.overlap.passages import valued


@dataclass(frozen=True, slots=True)
class Found:
    """What a text shares: with which articles, the most words first; these articles, in that order; which stretches of
    the text are furniture; how many fingerprints have too many holders (each was compared with the first only); how
    many articles were not looked at, having fewer in common.
    """

    overlaps: tuple[Overlap, ...]
    others: tuple[Article, ...]
    aside: tuple[Span, ...]
    crowded: int
    left_out: int


def search(held: Holdings, article: Article, most: int) -> Found:
    """What an article shares with the `most` articles that have the most fingerprints in common with it.

    The article itself, if it is in the archive, is left out.
    """
    _, _, rows = fingerprinted(
        [article.text], window=held.tunables.window, seed=held.seed, spans=not held.keeps_text, room=held.room
    )
    marks = held.marks
    standing = among(rows.keys, marks.aside())
    spans = held.aside_spans([article.text])[0] if standing.any() else ()
    rows = rows.take(~standing)
    others, owner, crowded = _holders(held, rows, marks.crowded())
    digest = digest_of(article)
    for own in _namesakes(held, article.id, digest):
        kept = others.articles != own
        others, owner = others.take(kept), owner[kept]
    numbers, place = ranked(others.articles)
    seeds = np.bincount(place, minlength=len(numbers))
    left_out = max(0, len(numbers) - most)
    if left_out:
        chosen = seeds >= np.partition(seeds, -most)[-most]
        left_out = int((~chosen).sum())
        kept = chosen[place]
        others, owner, place = others.take(kept), owner[kept], (np.cumsum(chosen) - 1)[place[kept]]
        numbers = numbers[chosen]
    known = numbers.astype(np.int64)
    texts: dict[int, str] = {}
    found = dict(_overlaps(held, article, rows, others, owner, place + 1, known, marks.furniture(), texts))
    with_passages = [int(known[b - 1]) for b in found]
    held_by = held.articles(with_passages, texts)
    named = f"{plain(article.id)}#"
    versions = [n for n, other in zip(with_passages, held_by, strict=True) if f"{other.id}#".startswith(named)]
    if any(row[3] == digest for row in held.rows(versions).values()):
        raise ArchiveDamagedError(f"{held.catalogue.path}: an index of articles lacks {article.id!r}; {CURE}")
    pairs = [
        (replace(overlap, a=article.id, b=other.id), other)
        for overlap, other in zip(found.values(), held_by, strict=True)
    ]
    pairs.sort(key=lambda pair: (-pair[0].narrated - pair[0].quoted, pair[0].b))
    return Found(tuple(o for o, _ in pairs), tuple(other for _, other in pairs), spans, crowded, left_out)


def _namesakes(held: Holdings, id: str, digest: bytes) -> list[int]:
    return [row[0] for row in held.namesakes([plain(id)]) if row[3] == digest]


def _holders(held: Holdings, rows: Rows, many: Crowded) -> tuple[Rows, NDArray[np.int64], int]:
    """The postings in the archive that equal some, which of these each equals, and how many have too `many` holders:
    of such a one those of the first holder.
    """
    first = begins(rows.keys)
    keys, spans = rows.keys[first], not held.keeps_text
    crowded, firsts = many.among(keys)
    parts = list(holders(held.segments(), keys, firsts, held.room, spans=spans))
    owner = np.concatenate([np.empty(0, np.int64), *(np.repeat(first[part.which], part.sizes) for part in parts)])
    return Rows.joined([part.rows for part in parts], spans), owner, int(crowded.sum())


def _overlaps(
    held: Holdings,
    article: Article,
    rows: Rows,
    others: Rows,
    owner: NDArray[np.int64],
    place: NDArray[np.int64],
    numbers: NDArray[np.int64],
    aside: Keys,
    texts: dict[int, str],
) -> Iterator[tuple[int, Overlap]]:
    """The place of another article (from 1) and what is shared with it. The article itself has the place 0. The others'
    texts, where they are read, go to `texts`, by article number.
    """
    if not len(place):
        return
    word = rows.words[owner].astype(np.int64)
    borne = borne_out(rows.contexts[owner], others.contexts, held.tunables.window)
    found = stretches(np.zeros(len(place), np.int64), place, word - others.words, word, borne)
    if not len(found):
        return
    if held.keeps_text:  # of the articles with a stretch only, which are few
        present, right = ranked(found.right)
        some = numbers[present - 1].tolist()
        texts.update(zip(some, held.texts(some), strict=True))
        joined = Joined(np.append(0, present), replace(found, right=right + 1))
        own = [article.text, *texts.values()]
        columns = verified(joined, own, held.seed, held.tunables, aside, held.room)
        for overlap in valued(columns, [str(number) for number in joined.numbers.tolist()]):
            yield int(overlap.b), overlap
    else:
        joined = Joined(np.arange(len(numbers) + 1), found)
        both = Rows.joined([rows.numbered(np.zeros(len(rows))), others.numbered(place)], spans=True)
        prints = np.concatenate([[len(rows)], held.register.prints[numbers]]).astype(np.int32)
        for _, other, overlap, _ in unverified(joined, both, prints, held.tunables):
            yield other, overlap
