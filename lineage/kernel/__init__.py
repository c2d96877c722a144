"""The inner loops in C, where a compiler was at hand when the package was built.

Nobody needs them: each has a twin in numpy that gives the same values bit for bit and is used where there is no
library, or where the environment says `LINEAGE_KERNEL=off`. The functions here pass arrays on and return arrays; they
are thread-safe and leave Python's lock while they run.
"""

from __future__ import annotations

import ctypes
import os
import threading
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lineage.kernel.calls import address as _at

NAME = "kernel.so"  # beside this file; the build writes it
IS_LOOSE, HAS_ALONE = 1, 2  # what `words` says of an article
Prints = tuple[NDArray[np.uint64], NDArray[np.int32], NDArray[np.uint32], NDArray[np.int64]]
Fill = Callable[[int], None]
Narrow = NDArray[np.uint8] | None  # which texts have one byte a character, as `objects.gather` makes them
Places = tuple[NDArray[np.uint64], NDArray[np.int32], NDArray[np.int32]]  # where words go: hashes, starts, ends
_NUMBER, _POINTER = ctypes.c_int64, ctypes.c_void_p
PAD = bytes(64)
_EDITION = 14  # of the kernel's functions; a library of another one was left over from an earlier build
_PARTS = 256  # into which many keys are parted before they are sorted, as in sorting.c
_SLACK = 256  # bytes and numbers that the kernel asks for beyond twice the longest article


@cache
def library() -> ctypes.CDLL | None:
    """The compiled kernel, or None."""
    path = Path(__file__).with_name(NAME)
    if os.environ.get("LINEAGE_KERNEL") == "off" or not path.exists():
        return None
    try:
        loaded = ctypes.CDLL(str(path))
        loaded.lineage_edition.restype = _NUMBER
        if loaded.lineage_edition() != _EDITION:
            return None
    except (OSError, AttributeError):  # built for another machine, or from older source
        return None
    texts: list[Any] = [*[_POINTER] * 3, _NUMBER, *[_POINTER] * 3, ctypes.c_uint64, _NUMBER]
    loaded.lineage_words.argtypes = [*texts, *[_POINTER] * 11]
    loaded.lineage_sketch.argtypes = [*texts, *[_POINTER] * 5, _NUMBER, *[_POINTER] * 7]
    loaded.lineage_sign.argtypes = [*texts, *[_POINTER] * 7, _NUMBER, *[_POINTER] * 5]
    loaded.lineage_fingerprints.argtypes = [*[_POINTER] * 3, _NUMBER, _NUMBER, *[_POINTER] * 5]
    loaded.lineage_join.argtypes = [_POINTER, _NUMBER, ctypes.c_uint64, *[_POINTER] * 5]
    loaded.lineage_signatures.argtypes = [_POINTER, _POINTER, _NUMBER, _POINTER, _POINTER, _NUMBER, _POINTER]
    loaded.lineage_shingles.argtypes = [*[_POINTER] * 3, _NUMBER, _POINTER]
    loaded.lineage_part.argtypes = [_POINTER, _NUMBER, ctypes.c_uint64, _POINTER]
    loaded.lineage_sort.argtypes = [_POINTER, _NUMBER, _POINTER, _POINTER]
    loaded.lineage_quotes.argtypes = [*[_POINTER] * 2, _NUMBER, _POINTER, _NUMBER, *[_POINTER] * 5]
    loaded.lineage_mark_quoted.argtypes = [*[_POINTER] * 4, _NUMBER, _POINTER, _NUMBER, *[_POINTER] * 8]
    loaded.lineage_segments.argtypes = [*[_POINTER] * 6, *[_NUMBER] * 3, *[_POINTER] * 7]
    loaded.lineage_grow.argtypes = [*[_POINTER] * 5, _NUMBER, *[_POINTER] * 5]
    loaded.lineage_pieces.argtypes = [*[_POINTER] * 4, _NUMBER, *[_POINTER] * 4]
    real = ctypes.c_double
    loaded.lineage_link.argtypes = [*[_POINTER] * 7, _NUMBER, _POINTER, _NUMBER, *[real] * 3, *[_POINTER] * 11]
    loaded.lineage_claim.argtypes = [_POINTER, _NUMBER, *[_POINTER] * 5, _NUMBER, *[_POINTER] * 7]
    loaded.lineage_both.argtypes = [*[_POINTER] * 4, _NUMBER, _POINTER]
    for name in (
        "python",
        "words",
        "sketch",
        "fingerprints",
        "join",
        "part",
        "segments",
        "quotes",
        "mark_quoted",
        "grow",
        "pieces",
        "link",
        "sign",
    ):
        loaded[f"lineage_{name}"].restype = _NUMBER
    for name in ("signatures", "sort", "shingles", "claim", "both"):
        loaded[f"lineage_{name}"].restype = None
    return loaded


class Room:
    """Buffers that are used again and again: fresh memory costs more than the work that is done in it.

    What a function returns from a room holds until the room is used again.
    """

    def __init__(self) -> None:
        self._buffers: dict[str, NDArray[Any]] = {}

    def array(self, name: str, size: int, kind: type[np.generic]) -> NDArray[Any]:
        """A buffer of `size` values of one kind; what is in it is left over."""
        held = self._buffers.get(name)
        if held is None or len(held) < size:
            held = self._buffers[name] = np.empty(size + size // 4, kind)
        return held[:size]


class OwnRoom(threading.local):
    """A room for each thread, made when it first asks."""

    def __init__(self) -> None:
        self.room = Room()


def words(
    kernel: ctypes.CDLL,
    text: NDArray[np.uint8],
    bounds: NDArray[np.int64],
    tables: tuple[NDArray[np.uint8], NDArray[np.uint32], NDArray[np.uint32]],
    seed: int,
    room: Room,
    fill: Fill,
    there: Places | None = None,
    narrow: Narrow = None,
    kept: NDArray[np.int64] | None = None,
) -> tuple[tuple[NDArray[Any], ...], tuple[NDArray[np.int64], NDArray[np.int64]], NDArray[np.uint8]]:
    """The words of articles, in a room, or `there`, where there must be space for a word a character; `fill` is called
    with the number of a page of code points that the tables lack.

    Article i is `text[bounds[i]:bounds[i + 1]]`, well-formed UTF-8 (surrogates included), but for those that are
    `narrow`; behind the last 64 bytes can be read, whatever they are. Words: hash uint64[n], first and
    past-the-last character int32[n], whether alone uint8[n]; then where each article's begin int64[articles + 1] and
    how many it has int64[articles]; and what is said of each article uint8[articles] (1: its text must be in normal
    form C; 2: it has words that are alone). Of article i only the words from `kept[i, 0]` to `kept[i, 1]`, if given.
    """
    articles = len(bounds) - 1
    most = int(bounds[-1] - bounds[0]) // 2 + articles + 1
    hashes, starts, ends = there or (
        room.array("hashes", most, np.uint64), room.array("starts", most, np.int32), room.array("ends", most, np.int32)
    )  # fmt: skip
    alone = room.array("alone", most, np.uint8)
    first, said = np.empty(articles + 1, np.int64), np.empty(articles, np.uint8)
    done, sizes = np.zeros(1, np.int64), np.empty(articles, np.int64)
    written = tuple(map(_at, (hashes, starts, ends, alone, first, said, done)))
    columns = (*written, None if kept is None else _at(kept), _at(sizes))
    count = _complete(kernel.lineage_words, (*_texts(text, bounds, tables, seed, room, narrow), *columns), fill)
    return (hashes[:count], starts[:count], ends[:count], alone[:count]), (first, sizes), said


def _complete(function: Callable[..., int], arguments: tuple[int | None, ...], fill: Fill) -> int:
    """What a function returns once no page of code points is missing."""
    while (found := function(*arguments)) < 0:
        fill(-1 - found)
    return found


def _texts(
    text: NDArray[np.uint8],
    bounds: NDArray[np.int64],
    tables: tuple[NDArray[np.uint8], NDArray[np.uint32], NDArray[np.uint32]],
    seed: int,
    room: Room,
    narrow: Narrow,
) -> tuple[int | None, ...]:
    """What the kernel is told of texts, and its scratch for them."""
    longest = _longest(bounds)
    scratch = room.array("scratch", 2 * longest + _SLACK, np.uint8)
    edges = room.array("edges", 2 * longest + _SLACK, np.int32)
    kept = None if narrow is None else _at(narrow)
    known = (_at(text), _at(bounds), kept, len(bounds) - 1, *(_at(table) for table in tables))
    return (*known, seed, longest, _at(scratch), _at(edges))


def _longest(bounds: NDArray[np.int64]) -> int:
    return int((bounds[1:] - bounds[:-1]).max(initial=0))


def sketch(
    kernel: ctypes.CDLL,
    text: NDArray[np.uint8],
    bounds: NDArray[np.int64],
    tables: tuple[NDArray[np.uint8], NDArray[np.uint32], NDArray[np.uint32]],
    seed: int,
    window: int,
    room: Room,
    fill: Fill,
    narrow: Narrow = None,
) -> tuple[Prints, NDArray[np.int64], NDArray[np.uint8]]:
    """The fingerprints of articles' texts, as `fingerprints` gives them for the words of `words`; how many words each
    article has, int64[articles], and what is said of each.
    """
    articles, longest = len(bounds) - 1, _longest(bounds) // 2 + 1
    most = int(bounds[-1] - bounds[0]) // 2 + articles + 1
    hashes, alone = room.array("hashes", longest, np.uint64), room.array("alone", longest, np.uint8)
    said = np.empty(articles, np.uint8)
    columns, counts = _prints(longest, most, articles, room)
    given = (*_texts(text, bounds, tables, seed, room, narrow), _at(hashes), _at(alone), _at(said), window)
    done, sizes = np.zeros(1, np.int64), np.empty(articles, np.int64)
    written = tuple(map(_at, (*columns, done, sizes)))
    found = _complete(kernel.lineage_sketch, (*given, *written), fill)
    return (*(column[:found] for column in columns[1:4]), counts), sizes, said  # type: ignore[return-value]


def _prints(longest: int, most: int, articles: int, room: Room) -> tuple[tuple[NDArray[Any], ...], NDArray[np.int64]]:
    """Where the kernel puts fingerprints: its scratch, hashes, words, contexts, counts; and the counts again."""
    counts = np.empty(articles, np.int64)
    scratch = room.array("shingles", 2 * longest + _SLACK, np.uint64)
    values, places = room.array("values", most + 1, np.uint64), room.array("places", most + 1, np.int32)
    return (scratch, values, places, room.array("contexts", most + 1, np.uint32), counts), counts


def quotes(
    kernel: ctypes.CDLL,
    text: NDArray[np.uint8],
    bounds: NDArray[np.int64],
    kinds: NDArray[np.uint8],
    room: Room,
    fill: Fill,
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]:
    """The quotations of articles, in a room; `fill` is called with the number of a page that the table lacks.

    Article i is `text[bounds[i]:bounds[i + 1]]`, well-formed UTF-8. Where each article's quotations begin among all,
    int64[articles + 1]; first and past-the-last character of each, int32[n].
    """
    size = int(bounds[-1] - bounds[0])
    starts, ends = room.array("quote starts", size, np.int32), room.array("quote ends", size, np.int32)
    first = np.empty(len(bounds), np.int64)
    longest, codes, places = _bench(_longest(bounds), room)
    columns = tuple(map(_at, (codes, places, starts, ends, first)))
    _complete(kernel.lineage_quotes, (_at(text), _at(bounds), len(bounds) - 1, _at(kinds), longest, *columns), fill)
    return first, starts[: first[-1]], ends[: first[-1]]


def _bench(longest: int, room: Room) -> tuple[int, NDArray[np.uint32], NDArray[np.int32]]:
    """The longest article's bytes or characters, and what quotations are found with in one of these."""
    return longest, room.array("codes", longest + 16, np.uint32), room.array("marks", 5 * longest, np.int32)


def mark_quoted(
    kernel: ctypes.CDLL,
    texts: tuple[NDArray[np.uintp], NDArray[np.int64], NDArray[np.uint8]],
    which: NDArray[np.int64],
    kinds: NDArray[np.uint8],
    words: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int32]],
    marked: NDArray[np.uint8],
    room: Room,
    fill: Fill,
) -> None:
    """Marks with 1 the words of the articles `which` that stand in quotations, and with 0 the others of these.

    `texts`: where each one's lies, how many characters it has, and the bytes of each; 0 of these is for UTF-8, counted
    in bytes. `words`: where each article's begin in `marked`, how many there are, and the first character of each word.
    """
    longest, codes, places = _bench(int(texts[1].max(initial=0)), room)
    starts, ends = room.array("quote starts", longest, np.int32), room.array("quote ends", longest, np.int32)
    columns = (codes, places, starts, ends, *words, marked)
    located = _at(texts[0]), _at(texts[1]), _at(texts[2])
    given = (*located, _at(which), len(which), _at(kinds), longest)
    _complete(kernel.lineage_mark_quoted, (*given, *map(_at, columns)), fill)


def shingles(
    kernel: ctypes.CDLL, hashes: NDArray[np.uint64], alone: NDArray[np.bool_] | None, first: NDArray[np.int64]
) -> NDArray[np.uint64]:
    """The shingle that begins at each word of articles, uint64[n]."""
    values = np.empty(len(hashes), np.uint64)
    kernel.lineage_shingles(_at(hashes), None if alone is None else _at(alone), _at(first), len(first) - 1, _at(values))
    return values


def fingerprints(
    kernel: ctypes.CDLL,
    hashes: NDArray[np.uint64],
    alone: NDArray[np.bool_] | None,
    first: NDArray[np.int64],
    window: int,
    room: Room,
) -> Prints:
    """The fingerprints of articles, in a room: hash uint64[m], word int32[m] in its article, context uint32[m]; and how
    many each article has.
    """
    columns, counts = _prints(_longest(first), len(hashes), len(first) - 1, room)
    found = kernel.lineage_fingerprints(
        _at(hashes), None if alone is None else _at(alone), _at(first), len(first) - 1, window, *map(_at, columns)
    )
    return (*(column[:found] for column in columns[1:4]), counts)  # type: ignore[return-value]


def sort(kernel: ctypes.CDLL, keys: NDArray[np.uint64]) -> None:
    """Sort keys in place; quick where their upper bits are spread evenly, and with little memory."""
    ends = np.empty(_PARTS, np.int64)
    room = np.empty(kernel.lineage_part(_at(keys), len(keys), 0, _at(ends)), np.uint64)
    kernel.lineage_sort(_at(keys), len(keys), _at(ends), _at(room))


def join(kernel: ctypes.CDLL, hashes: NDArray[np.uint64], low: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Of hashes that equal others above their bits `low`, their places, group by group and ascending within one, and
    where each group begins, with the end behind the last. The hashes, spread evenly, are used up.
    """
    ends, count = np.empty(_PARTS, np.int64), ctypes.c_int64()
    room = np.empty(kernel.lineage_part(_at(hashes), len(hashes), low, _at(ends)), np.uint64)
    members, opens = np.empty(len(hashes), np.int64), np.empty(len(hashes) // 2 + 1, np.int64)
    columns = (_at(ends), _at(room), _at(members), _at(opens), ctypes.addressof(count))
    found = kernel.lineage_join(_at(hashes), len(hashes), low, *columns)
    return members[:found], opens[: count.value + 1]


def signatures(
    kernel: ctypes.CDLL,
    mixed: NDArray[np.uint32],
    bounds: NDArray[np.int64],
    factors: NDArray[np.uint32],
    summands: NDArray[np.uint32],
) -> NDArray[np.uint32]:
    """MinHash signatures uint32[articles, permutations] of the values `mixed[bounds[i]:bounds[i + 1]]`."""
    values = np.empty((len(bounds) - 1, len(factors)), np.uint32)
    kernel.lineage_signatures(
        _at(mixed), _at(bounds), len(values), _at(factors), _at(summands), len(factors), _at(values)
    )
    return values


def sign(
    kernel: ctypes.CDLL,
    text: NDArray[np.uint8],
    bounds: NDArray[np.int64],
    tables: tuple[NDArray[np.uint8], NDArray[np.uint32], NDArray[np.uint32]],
    seed: int,
    permutations: tuple[NDArray[np.uint32], NDArray[np.uint32]],
    room: Room,
    fill: Fill,
    narrow: Narrow = None,
) -> tuple[NDArray[np.uint32], NDArray[np.int64], NDArray[np.uint8]]:
    """MinHash signatures of articles' texts, uint32[articles, permutations], how many shingles each has, and what is
    said of each.
    """
    articles, longest, count = len(bounds) - 1, _longest(bounds) // 2 + 1, len(permutations[0])
    hashes, alone = room.array("hashes", longest, np.uint64), room.array("alone", longest, np.uint8)
    shingled, mixed = room.array("shingles", longest, np.uint64), room.array("mixed", longest + 1, np.uint32)
    said, sizes, done = np.empty(articles, np.uint8), np.empty(articles, np.int64), np.zeros(1, np.int64)
    values = np.empty((articles, count), np.uint32)
    given = (_at(hashes), _at(alone), _at(said), _at(permutations[0]), _at(permutations[1]), count)
    written = (_at(shingled), _at(mixed), _at(values), _at(sizes), _at(done))
    _complete(kernel.lineage_sign, (*_texts(text, bounds, tables, seed, room, narrow), *given, *written), fill)
    return values, sizes, said
