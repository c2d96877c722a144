"""Direct quotations: where an article speaks with somebody else's words.

Quotation marks are read in one pass, paragraph by paragraph. A mark that may open or close is judged by the side
on which it touches a word, so that a stray one costs its own paragraph at most, and mostly nothing.
"""

from __future__ import annotations

import itertools
import re
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lineage import kernel
from lineage.dataclass import dataclass
from lineage.kernel.calls import address
from lineage.kernel.objects import strings
from lineage.model import Span
from lineage.patterns import pattern
from lineage.text import unicode
from lineage.text.tokens import joined

LONGEST: Final = 2_000  # characters between straight marks: longer than a paragraph, so one of them is stray
LOST: Final = 1_000  # characters after which a quotation that is opened anew had lost its closing mark
LONGEST_SINGLE: Final = 1_000  # characters between single marks, which are apostrophes more often than not
LEAST_SINGLE_WORDS: Final = 3  # between single marks; fewer are scare quotes, a nickname or a title

# What may close a quotation, by the mark that opened it; also the mixtures that are seen in print.
_CLOSERS: Final = {
    "“": "”“\"",
    "„": "“”\"",
    "‟": "”",
    "”": "”“",
    "«": "»",
    "»": "«»",
    "‹": "›",
    "›": "‹",
    "「": "」",
    "『": "』",
    "〝": "〞〟",
    "＂": "＂",
    '"': '"”',
    "``": "''\"",
}  # fmt: skip
_ASCII: Final = ('"', "``")  # of these, the marks that ASCII text may have
_TOGGLES: Final = frozenset('"＂')  # one mark for both ends
_DIRECTED: Final = frozenset(("„", "‟", "「", "『", "〝", "``"))  # these can only open
_SURE: Final = frozenset("」』›‹〞〟")  # these can only close, once their partner has opened
_CASUAL: Final = frozenset('"＂”»›')  # unclosed, these are stray more likely than a quotation

_BREAKS: Final = frozenset("\n\r\u2028\u2029\x85")
_MARKS: Final = (*'“”„‟«»‹›「」『』〝〞〟＂"', "``", "''", *_BREAKS)
_SINGLES: Final = (*"‘’‚'", *_BREAKS)
_GAP: Final = pattern(r"\s+")
_FEET: Final = pattern(r"\d ?['′’] ?\d{1,2}\Z")
_ELISION: Final = pattern(r"(?:\d|(?:tis|twas|em|til|till|cause|cos|round|bout|n)\b)", re.IGNORECASE)
_SENTENCE_END: Final = pattern(r"[.!?。！？؟।]+(?=\s)")
_BEFORE: Final = frozenset("([{<—–-:/|…¿¡‘'‚“„«»‹›\"「『，。：、；！？")  # with blanks, what an opening mark follows
_STOPS: Final = frozenset(".,;:!?)]}…—–-。，、；：！？）।؟،؛'’”“»«\"")


def find_quotes(text: str) -> tuple[Span, ...]:
    """The direct quotations of a text, marks included: sorted, disjoint, outermost.

    Single marks count only around three words or more. A quotation that is not closed ends with its paragraph,
    unless the next paragraph opens with the mark again. Time is linear in the text.
    """
    double = _double(text)
    single = _single(text, double)
    if not single:
        return tuple(double)
    spans: list[Span] = []
    for span in sorted([*double, *single], key=lambda span: (span.start, -span.end)):
        if not spans or span.start >= spans[-1].end:
            spans.append(span)
    return tuple(spans)


def quotes_in(
    data: NDArray[np.uint8], bounds: NDArray[np.int64], room: kernel.Room | None = None
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]:
    """The quotations of texts that lie in a buffer, as `find_quotes` finds them, by the kernel if there is one.

    Text i is UTF-8 at `bounds[i]:bounds[i + 1]`, with 64 bytes behind the last. Where each text's quotations begin
    among all, int64[texts + 1]; where each begins and ends, in characters, int32[n]; in a room, until it is used again.
    """
    library = kernel.library()
    if library is None:
        pieces = (data[low:high].tobytes() for low, high in itertools.pairwise(bounds.tolist()))
        found = [find_quotes(piece.decode("utf-8", "surrogatepass")) for piece in pieces]
        spans = np.array([span for own in found for span in own], np.int32).reshape(-1, 2)
        return np.cumsum([0, *map(len, found)]), spans[:, 0], spans[:, 1]
    return kernel.quotes(library, data, bounds, unicode.tables().kinds, room or kernel.Room(), unicode.fill)


def mark_quoted(
    texts: list[str],
    which: NDArray[np.int64],
    words: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int32]],
    marked: NDArray[np.uint8],
    room: kernel.Room,
) -> None:
    """Tells in `marked` uint8[words] which words of the articles `which` stand in quotations; others are left.

    `texts` are theirs. `words`: where each article's begin among all, how many it has, and the first character of each
    word.
    """
    base, sizes, begins = words
    library = kernel.library()
    if library is None:
        for article, text in zip(which.tolist(), texts, strict=True):
            own = slice(int(base[article]), int(base[article] + sizes[article]))
            marked[own] = 0
            for span in find_quotes(text):
                low, high = np.searchsorted(begins[own], span)
                marked[own][low:high] = 1
        return
    held = strings(texts) or _encoded(texts)
    kernel.mark_quoted(library, held[:3], which, unicode.tables().kinds, words, marked, room, unicode.fill)


def _encoded(texts: list[str]) -> tuple[NDArray[np.uintp], NDArray[np.int64], NDArray[np.uint8], NDArray[np.uint8]]:
    """Where texts lie as UTF-8, how many bytes each has, and zeros, by which the kernel knows that; what holds them."""
    data, bounds = joined(texts)
    return (address(data) + bounds[:-1]).astype(np.uintp), np.diff(bounds), np.zeros(len(texts), np.uint8), data


@dataclass(slots=True)
class _Open:
    """The quotation being read: its mark, where it began, and where it began in the present paragraph."""

    mark: str
    start: int
    since: int


def _double(text: str) -> list[Span]:
    """Quotations between marks that are no apostrophes."""
    if not any(mark in text for mark in (_ASCII if text.isascii() else _CLOSERS)):
        return []  # most articles of a dump are looked at for nothing else
    spans: list[Span] = []
    current: _Open | None = None
    resume = 0
    for at, mark in _places(text, _MARKS):
        if at < resume:
            continue
        if mark in _BREAKS:
            if current is not None:
                current, resume = _at_break(text, current, at, spans)
            continue
        end = at + len(mark)
        before, after = _around(text, at, end)
        opening = _touches_right(before, after)
        if current is None:
            if opening or _opens(mark, before, after):
                current = _Open(mark, at, at) if mark in _CLOSERS else None
        elif _closes(text, current.mark, mark, at, before, after):
            if mark not in _TOGGLES or at - current.since <= LONGEST:
                spans.append(Span(current.start, end))
            current = None
        elif opening and mark == current.mark:
            if mark in _TOGGLES:
                current = _Open(mark, at, at)  # the earlier mark was stray
            elif at - current.since > LOST:
                spans.append(Span(current.start, _sentence_end(text, current.since, at)))
                current = _Open(mark, at, at)
    if current is not None:
        _at_break(text, current, len(text), spans)
    return spans


def _places(text: str, marks: tuple[str, ...]) -> list[tuple[int, str]]:
    """Where the marks stand, in order. Searching for one after another is several times as fast as a pattern."""
    places: list[tuple[int, str]] = []
    for mark in marks:
        at = text.find(mark)
        while at >= 0:
            places.append((at, mark))
            at = text.find(mark, at + len(mark))
    places.sort()
    return places


def _around(text: str, start: int, end: int) -> tuple[str, str]:
    """The characters before and after a mark; the ends of the text count as line breaks."""
    return (text[start - 1] if start else "\n"), (text[end] if end < len(text) else "\n")


def _touches_right(before: str, after: str) -> bool:
    """Whether a mark touches a word on its right only."""
    if not (before in _BEFORE or before.isspace()):
        return False
    return not after.isspace() and (after not in _STOPS or after in ".…'’-“„«")


def _opens(mark: str, before: str, after: str) -> bool:
    """Whether a mark opens a quotation although it does not touch a word on its right only."""
    if mark in _DIRECTED:
        return True
    blank_before, blank_after = before in _BEFORE or before.isspace(), after.isspace()
    if mark in "“«‹":
        return blank_before or not (blank_after or after in _STOPS)
    if mark not in _TOGGLES or before.isdecimal():
        return False  # a digit before it: inches, seconds
    if blank_after:
        return before.isspace()  # set apart by a tokeniser
    return after not in _STOPS and not (before.isascii() and before.isalpha())


def _closes(text: str, opened: str, mark: str, at: int, before: str, after: str) -> bool:
    """Whether a mark closes the quotation that `opened` began."""
    if mark not in _CLOSERS[opened]:
        return False
    if mark in _SURE or (opened, mark) in (("«", "»"), ("“", "”"), ("„", "”")):
        return True
    if opened == mark == "“":
        return not before.isspace() and (after.isspace() or after in _STOPS)
    if mark == '"' and before.isdecimal() and _FEET.search(text, max(0, at - 8), at):
        return False
    return not _touches_right(before, after)


def _at_break(text: str, current: _Open, at: int, spans: list[Span]) -> tuple[_Open | None, int]:
    """What becomes of an unclosed quotation where a line ends, and from where to read on."""
    gap = _GAP.match(text, at)
    next_at = gap.end() if gap else at
    if next_at < len(text):
        if text[next_at].islower() and len(text[at:next_at].splitlines()) < 2:
            return current, next_at  # a line broken for its width only
        if text.startswith(current.mark, next_at) and next_at - current.since <= LONGEST:
            current.since = next_at  # the same speaker's next paragraph
            return current, next_at + len(current.mark)
    if current.mark not in _CASUAL:
        limit = at if at - current.since <= LOST else _sentence_end(text, current.since, at)
        spans.append(Span(current.start, _trimmed(text, current.since, limit)))
    elif current.start < current.since:
        spans.append(Span(current.start, _trimmed(text, current.start, current.since)))
    return None, next_at


def _sentence_end(text: str, start: int, limit: int) -> int:
    """Where the sentence at `start` ends, at most at `limit`."""
    found = _SENTENCE_END.search(text, start, limit)
    return _trimmed(text, start, found.end() if found else limit)


def _trimmed(text: str, start: int, end: int) -> int:
    """`end` without the blanks before it."""
    return start + len(text[start:end].rstrip())


def _single(text: str, double: list[Span]) -> list[Span]:
    """Quotations between single marks, outside the others or around them."""
    if not any(mark in text for mark in "‘‚'"):
        return []
    spans: list[Span] = []
    start, opened, fallback, passed = -1, "", -1, 0
    for at, mark in _places(text, _SINGLES):
        while passed < len(double) and double[passed].end <= at:
            passed += 1
        if passed < len(double) and double[passed].start <= at:
            continue
        broken = mark in _BREAKS and not text[at + 1 : at + 2].islower()
        opens = mark not in _BREAKS and _opens_single(text, mark, at)
        if broken or opens:
            _keep_single(text, start, fallback, spans)
            start, opened, fallback = (at if opens else -1), mark, -1
        elif start >= 0 and mark not in _BREAKS and _closes_single(text, opened, mark, at):
            if _is_genitive(text, at):
                fallback = at
            else:
                _keep_single(text, start, at, spans)
                start, fallback = -1, -1
    _keep_single(text, start, fallback, spans)
    return spans


def _keep_single(text: str, start: int, end: int, spans: list[Span]) -> None:
    """Adds the quotation between two single marks, if both are there and it is neither short nor too long."""
    if 0 <= start < end <= start + LONGEST_SINGLE and len(text[start:end].split()) >= LEAST_SINGLE_WORDS:
        spans.append(Span(start, end + 1))


def _opens_single(text: str, mark: str, at: int) -> bool:
    before, after = _around(text, at, at + 1)
    if mark == "’" or not (after.isalnum() or after in '“"„«…'):
        return False
    if mark == "‚":
        return before.isspace() or before in _BEFORE
    return (before.isspace() or before in '([—–“"„') and not _ELISION.match(text, at + 1)


def _closes_single(text: str, opened: str, mark: str, at: int) -> bool:
    before, after = _around(text, at, at + 1)
    return not (mark == "‘" and opened != "‚") and not before.isspace() and not after.isalnum()


def _is_genitive(text: str, at: int) -> bool:
    """Whether a mark is rather the apostrophe of "the engineers' fault"."""
    return text[at - 1] in "sS" and text[at + 1 : at + 2] == " " and text[at + 2 : at + 3].islower()
