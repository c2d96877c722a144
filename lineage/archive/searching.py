"""What one text shares with the articles of an archive, without adding it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lineage.archive.adding import prepare
from lineage.archive.aside import aside_spans
from lineage.archive.holdings import Holdings
from lineage.archive.joining import Joined, borne_out
from lineage.archive.matching import unverified, verified
from lineage.archive.records import digest_of
from lineage.archive.segments import Rows
from lineage.model import Article, Overlap
from lineage.overlap.candidates import stretches


@dataclass(frozen=True, slots=True)
class Found:
    """What a text shares: with which articles, by number, the most words first; how many fingerprints have too many
    holders (each was compared with the first only); how many articles were not looked at, having fewer in common.
    """

    overlaps: tuple[tuple[int, Overlap], ...]
    crowded: int
    left_out: int


def search(held: Holdings, article: Article, most: int) -> Found:
    """What an article shares with the `most` articles that have the most fingerprints in common with it.

    The article itself, if it is in the archive, is left out.
    """
    mine = prepare([article], window=held.tunables.window, seed=held.seed, keep_text=False)
    rows = mine.rows if not held.keeps_text else replace(mine.rows, starts=None, lengths=None)
    rows = rows.take(~np.isin(rows.keys, held.marks.aside()))
    others, owner, crowded = _holders(held, rows)
    own = [number for number, row in held.rows(_namesakes(held, article)).items() if row[3] == mine.digests[0]]
    kept = ~np.isin(others.articles, own)
    others, owner = others.take(kept), owner[kept]
    numbers, place, seeds = np.unique(others.articles, return_inverse=True, return_counts=True)
    chosen = np.ones(len(numbers), bool)
    if len(numbers) > most:
        chosen = seeds >= np.partition(seeds, -most)[-most]
    kept = chosen[place]
    others, owner = others.take(kept), owner[kept]
    known = numbers[chosen].astype(np.int64)
    place = np.searchsorted(known, others.articles) + 1
    found = sorted(
        ((int(known[b - 1]), overlap) for b, overlap in _overlaps(held, article, rows, others, owner, place, known)),
        key=lambda entry: (-entry[1].narrated - entry[1].quoted, entry[0]),
    )
    names = {number: row[1] for number, row in held.rows(number for number, _ in found).items()}
    named = [(number, replace(overlap, a=article.id, b=names[number])) for number, overlap in found]
    named.sort(key=lambda entry: (-entry[1].narrated - entry[1].quoted, entry[1].b))
    return Found(tuple(named), crowded, int((~chosen).sum()))


def _namesakes(held: Holdings, article: Article) -> list[int]:
    return [row[0] for row in held.catalogue.rows("articles", "WHERE digest = ?", [digest_of(article)])]


def _holders(held: Holdings, rows: Rows) -> tuple[Rows, NDArray[np.int64], int]:
    """The postings in the archive that equal some, which of these each equals, and how many have too many holders."""
    keys, first = np.unique(rows.keys, return_index=True)
    opened = held.segments()
    ranges = [segment.find(keys) for segment in opened]
    total = sum((high - low for low, high in ranges), np.zeros(len(keys), np.int64))
    many = total > held.tunables.max_holders
    if many.any():
        _, firsts = held.marks.crowded().among(keys)
        ranges = [segment.only(both, many, firsts) for segment, both in zip(opened, ranges, strict=True)]
    parts: list[Rows] = []
    places: list[NDArray[np.int64]] = []
    for segment, (low, high) in zip(opened, ranges, strict=True):
        found, place = segment.rows(low, high, keys)
        parts.append(found)
        places.append(place)
    owner = np.concatenate([np.empty(0, np.int64), *places])
    return Rows.joined(parts, spans=not held.keeps_text), first[owner], int(many.sum())


def _overlaps(
    held: Holdings,
    article: Article,
    rows: Rows,
    others: Rows,
    owner: NDArray[np.int64],
    place: NDArray[np.int64],
    numbers: NDArray[np.int64],
) -> Iterator[tuple[int, Overlap]]:
    """The place of another article (from 1) and what is shared with it. The article itself has the place 0."""
    if not len(place):
        return
    word = rows.words[owner].astype(np.int64)
    borne = borne_out(rows.contexts[owner], others.contexts)
    found = stretches(np.zeros(len(place), np.int64), place, word - others.words, word, borne)
    joined = Joined(np.arange(len(numbers) + 1), found)
    if held.keeps_text:
        texts = [article.text, *held.texts(numbers.tolist())]
        spans = enumerate(aside_spans(held, texts))
        told = verified(joined, texts, held.seed, held.tunables, {str(place): own for place, own in spans if own})
    else:
        both = Rows.joined([rows.numbered(np.zeros(len(rows))), others.numbered(place)], spans=True)
        prints = np.concatenate([[len(rows)], held.register.prints[numbers]]).astype(np.int32)
        told = unverified(joined, both, prints, held.tunables)
    for _, other, overlap, _ in told:
        yield other, overlap
