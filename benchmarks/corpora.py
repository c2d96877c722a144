"""Corpora to measure on: made of seeded random words with planted passages, or real articles from a file."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import orjson

from lineage.model import Article

VOCABULARY = 50_000  # words, drawn by Zipf's law with exponent 1
LENGTH = 512  # words an article, about 3.7 KB
DERIVED = 0.2  # share of articles that hold a passage of an earlier one
PASSAGE = (30, 400)  # words of such a passage
CHANGED = (0.0, 0.03, 0.08)  # shares of its words that were changed


@dataclass(frozen=True, slots=True)
class Planted:
    """A passage of `words` words that article `child` has from article `parent`, a share of them changed."""

    parent: int
    child: int
    words: int
    changed: float


def vocabulary(rng: np.random.Generator) -> np.ndarray:
    """Random words of 2 to 11 letters."""
    letters = np.array(list("abcdefghijklmnopqrstuvwxyz"))
    return np.array(["".join(rng.choice(letters, rng.integers(2, 12))) for _ in range(VOCABULARY)])


def synthetic(count: int, seed: int = 1, *, truth: list[Planted] | None = None) -> Iterator[str]:
    """Articles one after another; of earlier ones only 5,000 are remembered, to be copied from.

    What was planted is appended to `truth`.
    """
    rng = np.random.default_rng(seed)
    words = vocabulary(rng)
    odds = np.cumsum(1 / np.arange(1, VOCABULARY + 1))
    odds /= odds[-1]
    kept: dict[int, np.ndarray] = {}
    for number in range(count):
        text = np.searchsorted(odds, rng.random(LENGTH))
        if kept and rng.random() < DERIVED:
            parent = int(rng.choice(list(kept)))
            length = int(rng.integers(*PASSAGE))
            start = int(rng.integers(0, LENGTH - length))
            passage = kept[parent][start : start + length].copy()
            changed = float(rng.choice(CHANGED))
            at = np.flatnonzero(rng.random(length) < changed)
            passage[at] = rng.integers(0, VOCABULARY, len(at))
            place = int(rng.integers(0, LENGTH - length))
            text[place : place + length] = passage
            if truth is not None:
                truth.append(Planted(parent, number, length, changed))
        kept[number % 5000 if count > 5000 else number] = text
        if count > 5000 and truth is not None:
            raise ValueError("truth is kept for up to 5,000 articles only")
        yield " ".join(words[text])


def from_file(path: Path) -> list[Article]:
    """The articles of a JSON lines file, plain or gzipped."""
    data = path.read_bytes()
    lines = (gzip.decompress(data) if path.suffix == ".gz" else data).split(b"\n")
    records = [orjson.loads(line) for line in lines if line]
    return [Article(str(r["id"]), r["text"], r.get("outlet")) for r in records]
