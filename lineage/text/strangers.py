"""Credits to media that the registry does not know, in scripts with capitals."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import Final, NamedTuple

from lineage.model import Span
from lineage.patterns import pattern
from lineage.text.grammar import grammar, is_media_name, key_of, line_end, line_start, words_of
from lineage.text.phrases import Phrases, Words, find_phrases

LONGEST_NAME: Final = 4  # capitalised words
REPEATED: Final = 2  # attributions with a verb of the media that make a name without a media word one

CAPITAL: Final = r"[^\W\d_a-zà-öø-ÿа-я][\w&.’'\-]*"
SMALL: Final = r"(?:of|and|the|de|del|della|dos|la|le|las|los|les|du|des|&|do|da|van|von|der|y)"
_NAME_LEFT: Final = pattern(rf"(?<![\w’'.-])((?:{CAPITAL}(?: {SMALL}){{0,2}} ){{0,5}}{CAPITAL})\Z")
_NAME_RIGHT: Final = pattern(
    rf"\s((?:the |The |a |la |le |el |il |o |l[’'])?)({CAPITAL}(?: (?:{SMALL} ){{0,2}}{CAPITAL}){{0,5}})"
)
_PARENTHETIC: Final = pattern(r"(?:[,”\"»’]\s?(?:the |The )?)\Z")
_CLOSES: Final = pattern(r"\s?(?:[.,;)]|\Z|\n| (?:on|in|earlier|late) )")


class _Stranger(NamedTuple):
    span: Span
    name: Span
    counts: bool
    media: bool


@cache
def _triggers() -> tuple[Phrases, frozenset[str], frozenset[str]]:
    """All phrases, those that stand before a name, those that stand after."""
    before, after = grammar().triggers
    phrases = {form for phrase in (*before, *after) for form in (phrase, phrase[0].upper() + phrase[1:])}
    return Phrases(phrases), frozenset(key_of(p) for p in before), frozenset(key_of(p) for p in after)


def find_strangers(text: str, words: Words, taken: Sequence[Span]) -> list[tuple[Span, Span]]:
    """Phrases and names of attributions to media that are in no registry; `taken` spans (sorted) are left alone.

    A name counts when it holds a word that only media bear, or when two phrases that only media earn ("…, X
    reported.", "X quoted … as saying") name it. Persons, offices and bodies do not count.
    """
    phrases, before, after = _triggers()
    found: list[_Stranger] = []
    starts = [span.start for span in taken]
    for phrase in find_phrases(words, [phrases]):
        key = key_of(text[slice(*phrase)])
        for stranger in (
            _read_left(text, phrase) if key in after else None,
            _read_right(text, phrase) if key in before else None,
        ):
            if stranger is not None and not _is_taken(stranger.name, taken, starts):
                found.append(stranger)
    counted = Counter(text[slice(*one.name)] for one in found if one.counts)
    return [
        (one.span, one.name)
        for one in found
        if one.media or (one.counts and counted[text[slice(*one.name)]] >= REPEATED)
    ]


def _is_taken(span: Span, taken: Sequence[Span], starts: Sequence[int]) -> bool:
    index = bisect_right(starts, span.end - 1) - 1
    return any(taken[i].end > span.start for i in range(max(0, index - 2), index + 1))


def _read_left(text: str, phrase: Span) -> _Stranger | None:
    """The name before a phrase: "the Brevik Courant reported"."""
    low = line_start(text, phrase.start, 90)
    name = _NAME_LEFT.search(text[low : phrase.start].rstrip(" "))
    if name is None or phrase.start - low - name.end() > 1:
        return None
    span = named(text, low + name.start(1), low + name.end(1))
    if span is None:
        return None
    following = [word.text for word in words_of(text, phrase.end, line_end(text, phrase.end, 30))][:3]
    if set(following) & grammar().business or (following and following[0][:1].isdigit()):
        return None
    parenthetic = bool(_PARENTHETIC.search(text[low : span.start])) and bool(_CLOSES.match(text, phrase.end))
    spoken, end = text[slice(*phrase)], phrase.end
    if spoken == "quoted":
        saying = re.search(r"\bas saying\b", text[end : line_end(text, end, 80)])
        if saying is None:
            return None
        end, parenthetic = end + saying.end(), True
    counts = parenthetic and spoken in grammar().media_verbs
    return _Stranger(Span(span.start, end), span, counts, is_media_name(text[slice(*span)]))


def _read_right(text: str, phrase: Span) -> _Stranger | None:
    """The name after a phrase: "as per the Brevik Courant"."""
    name = _NAME_RIGHT.match(text, phrase.end, line_end(text, phrase.end, 90))
    if name is None:
        return None
    end = name.end(2)
    while end > name.start(2) and text[end - 1] in ".,'’-":
        end -= 1
    span = named(text, name.start(2), end)
    if span is None:
        return None
    counts = text[slice(*phrase)].lower() in grammar().media_verbs
    return _Stranger(Span(phrase.start, span.end), span, counts, is_media_name(text[slice(*span)]))


def named(text: str, start: int, end: int) -> Span | None:
    """The name without a leading article or sentence's end, if it may be a medium's."""
    name = text[start:end]
    cut = max(
        (m.end() for m in re.finditer(r"[.!?]['’]? ", name) if m.end() - m.start() > 1 and m.start() > 2), default=0
    )
    start += cut
    for article in (
        "The ",
        "Die ",
        "Der ",
        "Das ",
        "La ",
        "Le ",
        "El ",
        "Il ",
        "As ",
        "But ",
        "And ",
        "In ",
        "While ",
        "When ",
        "After ",
    ):
        if text.startswith(article, start) and article[0:2] in ("Th", "As", "Bu", "An", "In", "Wh", "Af"):
            start += len(article)
    words = text[start:end].split()
    capitals = [word for word in words if not word[0].islower()]
    if not 1 <= len(capitals) <= LONGEST_NAME or len(text[start:end]) < 3:
        return None
    folded = [word.casefold().strip(".,’'") for word in words]
    if any(word in grammar().bodies or word.endswith(("'s", "’s")) for word in folded):
        return None
    return Span(start, end)
