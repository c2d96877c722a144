"""Where an article says that its text came from elsewhere, and what only looks like it.

Every name of a known outlet is judged by the words on both sides of it, on its own line; names that the registry
does not know, and notices without a name, are found by their phrases.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Final

from lineage.dataclass import dataclass
from lineage.model import Credit, CreditKind, Span
from lineage.patterns import pattern
from lineage.text.excerpts import announced, may_be_one
from lineage.text.grammar import (
    Word,
    grammar,
    interview_before,
    line_end,
    line_start,
    phrase_after,
    phrase_before,
    words_of,
)
from lineage.text.outlets import Mention, Registry
from lineage.text.phrases import Wordings, Words
from lineage.text.strangers import find_strangers
from lineage.text.tails import credit_line, dateline, photo_credit

LONGEST_NOTICE: Final = 400  # characters: two sentences; a longer one is no notice
LONGEST_INPUTS: Final = 110  # characters: "with inputs from agencies" is a line, not a part of a sentence

_JOINT: Final = pattern(
    r"[\"”“»«')\]]?\s?(?:[,/&+|、]|and|und|et|y|e|or|oder|sowie|és|و|और)\s?"
    r"(?:the |der |die |den |l['’]|la |el )?[\"“„»«'(\[]?\Z"
)
_OPENING, _CLOSING = frozenset('„“«»"‘'), frozenset('“”«»"’')
_POLL: Final = pattern(
    r"(?: ?/ ?[\w.]+(?: [A-Z]\w+){0,2})?(?: (?:online|tracking|exit|national|news))? (?:opinion )?"
    r"(?:polls?|surveys?)\b",
    re.IGNORECASE,
)
_SENTENCE_START: Final = pattern(r"[.!?।。！？][\"”’)\]]*\s+|[\n\r(\[*]")
_SENTENCE_STOP: Final = pattern(r"[.!?।。！？][\"”’]*(?=[\s)\]*]|\Z)[)\]]?|[\n\r)\]*]")

_RELAYS: Final = pattern(r"(?:citing|quoting|unter Berufung auf|citant|citando)\b")


@dataclass(frozen=True, slots=True)
class _Judged:
    """A name and what the words around it make of it; no kind, no credit."""

    mention: Mention
    kind: CreditKind | None
    span: Span


def find_credits(
    text: str,
    registry: Registry,
    *,
    article: str = "",
    quotes: Sequence[Span] = (),
    own_outlet: str | None = None,
    words: Words | None = None,
) -> tuple[Credit, ...]:
    """The credits of a text, sorted by span: also photo credits and interview venues, which are no sources.

    `quotes` are the text's quotations, `own_outlet` the registry's id of its publisher, whose own name is no
    credit, `words` the text's, where they are known already. Spans of credits that share a phrase ("AFP and Reuters
    reported") may overlap. Time is linear in the text.
    """
    words = words or Words(text)
    mentions = list(registry.mentions(text, words))
    begins = frozenset(mention.span.start for mention in mentions)
    judged = _joined(text, [_judge(text, mention, begins) for mention in mentions])
    found = [
        Credit(article, one.kind, one.span, text[slice(*one.mention.span)], one.mention.outlet.id, one.mention.span)
        for one in judged
        if one.kind is not None and one.mention.outlet.id != own_outlet
    ]
    found = _with_notices(text, article, found, judged, own_outlet)
    ends: dict[int, Mention] = {}
    for mention in mentions:
        ends.setdefault(mention.span.end, mention)
    found = [_relayed(text, credit, ends, own_outlet) for credit in found]
    found = _with_excerpts(text, article, found, ends, own_outlet)
    taken = sorted([*(mention.span for mention in mentions), *(credit.span for credit in found)])
    found += [
        Credit(article, "attribution", span, text[slice(*name)], None, name)
        for span, name in find_strangers(text, words, taken)
    ]
    starts = [quote.start for quote in quotes]
    return tuple(
        sorted(
            (replace(credit, in_quote=_inside(credit.span, quotes, starts)) for credit in found),
            key=lambda credit: (credit.span, credit.name_span or credit.span),
        )
    )


def _with_excerpts(
    text: str, article: str, found: Sequence[Credit], ends: Mapping[int, Mention], own_outlet: str | None
) -> list[Credit]:
    """The credits, and those of excerpts that are announced in place of the attributions that these are else.

    `ends` has the mention that ends at a place.
    """
    kinds = {_end(credit): (credit.kind, credit.span.start) for credit in found}
    made: dict[int, Credit] = {}
    for span, name in announced(text):
        mention, (kind, start) = ends.get(name.end), kinds.get(name.end, ("attribution", 0))
        if mention is None:
            counts = may_be_one(text[slice(*name)])
        else:
            counts = mention.outlet.kind != "photos" and mention.outlet.id != own_outlet
        if counts and (kind == "attribution" or start < span.start):
            outlet = mention.outlet.id if mention else None
            made[name.end] = Credit(article, "excerpt", span, text[slice(*name)], outlet, name)
    return [*(credit for credit in found if _end(credit) not in made), *made.values()]


def _end(credit: Credit) -> int:
    return (credit.name_span or credit.span).end


def _relayed(text: str, credit: Credit, ends: Mapping[int, Mention], own_outlet: str | None) -> Credit:
    """In "The Post, citing AFP, says" the text is from the Post: the credit to AFP is the Post's own.

    `ends` has the mention that ends at a place.
    """
    start = credit.span.start
    if credit.kind != "attribution" or not _RELAYS.match(text, start):
        return credit
    for end in range(start - 3, start + 1):
        mention = ends.get(end)
        if mention is not None and text[end:start].strip() in ("", ","):
            if mention.outlet.id == own_outlet:
                return credit
            span = Span(mention.span.start, credit.span.end)
            return Credit(
                credit.article, "attribution", span, text[slice(*mention.span)], mention.outlet.id, mention.span
            )
    return credit


def _judge(text: str, mention: Mention, begins: frozenset[int]) -> _Judged:
    """What the words around a name make of it."""
    start, end = mention.span
    left = words_of(text, line_start(text, start), start)
    right = words_of(text, end, line_end(text, end))
    after = phrase_after(right)
    compound = bool(right) and right[0].text == "-" and text[right[0].end : right[0].end + 1].isalnum()
    if compound and (after is None or text[after.start] != "-"):
        return _Judged(mention, None, mention.span)  # an AFP-Fotograf, a BBC-Interview
    alone = not begins & {end + 1, end + 2, end + 3}  # "AFP/Reuters" names two wires, no photographer
    photo = photo_credit(text, mention.span, sells=alone and mention.outlet.kind != "outlet")
    if photo is not None:
        return _Judged(mention, "photo", photo)
    if _POLL.match(text, end):
        return _Judged(mention, None, mention.span)
    if mention.outlet.kind == "photos":
        return _Judged(mention, None, mention.span)
    kind, span = _phrased(text, mention, left, right)
    if kind is None:
        kind, span = _placed(text, mention)
    return _Judged(mention, kind, span)


def _phrased(
    text: str, mention: Mention, left: Sequence[Word], right: Sequence[Word]
) -> tuple[CreditKind | None, Span]:
    """The kind that a phrase before or after a name gives it."""
    start, end = mention.span
    after = phrase_after(right)
    if (before := phrase_before(left)) is not None:
        verb = next(word.text for word in left if word.start == before.start)
        if verb in grammar().verbs and (venue := interview_before(left)) is not None:
            before = venue  # "berichtete sie der": to the agency, not by it
        if not _bare(mention, text, before.start):
            return _kind(before.kind), Span(before.start, _with_mark(text, start, end))
    if after is not None and after.kind == "nothing":
        return None, mention.span
    if (venue := interview_before(left)) is not None and not _bare(mention, text, start):
        return "venue", Span(venue.start, _with_mark(text, start, end))
    if after is None or _is_business(right, after.end):
        return None, mention.span
    if after.kind == "venue" and not (left and left[-1].text in grammar().recipients):
        return None, mention.span
    return _kind(after.kind), Span(start, after.end)


def _bare(mention: Mention, text: str, phrase_start: int) -> bool:
    """Whether a name that is an ordinary word in its script stands without an apposition."""
    if not mention.guarded or text[mention.span.start].isascii():
        return False
    between = text[phrase_start : mention.span.start].split()
    return not any(word in grammar().appositions for word in between)


def _is_business(right: Sequence[Word], verb_end: int) -> bool:
    """Whether a medium reports on its own business: "reported a loss"."""
    following = [word.text for word in right if word.start >= verb_end][:4]
    return any(word in grammar().business for word in following[:1] + following[1:3])


def _with_mark(text: str, start: int, end: int) -> int:
    """Past the closing quotation mark of a name that stands in marks of its own."""
    own = text[start - 1 : start] in _OPENING and text[end : end + 1] in _CLOSING
    return end + 1 if own and start else end


def _placed(text: str, mention: Mention) -> tuple[CreditKind | None, Span]:
    """The kind that its place gives a name: a dateline, or a line of credits at the end."""
    if (span := dateline(text, mention.span)) is not None:
        return "dateline", span
    if (line := credit_line(text, mention.span, sells_text=mention.outlet.kind == "wire")) is not None:
        return line
    return None, mention.span


def _kind(name: str) -> CreditKind | None:
    kinds: dict[str, CreditKind] = {"attribution": "attribution", "venue": "venue", "inputs": "inputs"}
    return kinds.get(name)


def _joined(text: str, judged: list[_Judged]) -> list[_Judged]:
    """The same, with names that are listed together ("AFP and Reuters reported") judged together."""
    result = list(judged)
    for index in range(1, len(result)):
        former, one = result[index - 1], result[index]
        if one.kind is None and former.kind is not None and _listed(text, former, one):
            result[index] = replace(one, kind=former.kind, span=Span(former.span.start, one.mention.span.end))
    for index in range(len(result) - 2, -1, -1):
        one, latter = result[index], result[index + 1]
        if one.kind is None and latter.kind is not None and _listed(text, one, latter):
            result[index] = replace(one, kind=latter.kind, span=Span(one.mention.span.start, latter.span.end))
    return result


def _listed(text: str, former: _Judged, latter: _Judged) -> bool:
    start, end = former.mention.span.end, latter.mention.span.start
    return 0 <= end - start <= 14 and _JOINT.match(text[start:end]) is not None


@cache
def _notice_pattern() -> re.Pattern[str]:
    return re.compile("|".join(re.escape(phrase) for phrase in grammar().notices), re.IGNORECASE)


@cache
def _notices() -> Wordings:
    return Wordings(grammar().notices)


def _with_notices(
    text: str, article: str, found: list[Credit], judged: Sequence[_Judged], own_outlet: str | None
) -> list[Credit]:
    """The credits and the notices that a text was taken over; a name inside a notice becomes the notice's."""
    if not _notices().stand_in(text.lower()):
        return found
    notices: list[tuple[Span, CreditKind]] = []
    for match in _notice_pattern().finditer(text):
        span = _sentence(text, match.start(), match.end())
        kind: CreditKind = "inputs" if grammar().notices.get(match[0].lower()) == "inputs" else "syndication"
        longest = LONGEST_INPUTS if kind == "inputs" else LONGEST_NOTICE
        if span.end - span.start <= longest and not (notices and span.start < notices[-1][0].end):
            notices.append((span, kind))
    begins = [span.start for span, _ in notices]  # ascending, as the notices do not overlap
    held: list[list[_Judged]] = [[] for _ in notices]
    for one in judged:
        if (index := _around(one.mention.span.start, notices, begins)) is not None:
            held[index].append(one)
    result = [credit for credit in found if _around(credit.span.start, notices, begins) is None]
    for (span, kind), inside in zip(notices, held, strict=True):
        named = [one for one in inside if one.mention.outlet.id != own_outlet and _sells(text, one)]
        result += [
            Credit(article, kind, span, text[slice(*one.mention.span)], one.mention.outlet.id, one.mention.span)
            for one in named
        ] or [Credit(article, kind, span)]
    return result


def _around(at: int, notices: Sequence[tuple[Span, CreditKind]], begins: Sequence[int]) -> int | None:
    """The notice in which a place lies."""
    index = bisect_right(begins, at) - 1
    return index if index >= 0 and at < notices[index][0].end else None


def _sells(text: str, one: _Judged) -> bool:
    """Whether a name in a notice is where the text is from, and not the house that took it over."""
    end = one.mention.span.end
    after = phrase_after(words_of(text, end, line_end(text, end)))
    return not (after is not None and after.kind == "nothing") and one.kind not in ("photo", "venue")


def _sentence(text: str, start: int, end: int) -> Span:
    """The sentence, or the stretch in brackets, around a place."""
    low = max(0, start - LONGEST_NOTICE)
    begin = low
    for found in _SENTENCE_START.finditer(text, low, start):
        begin = found.start() if found[0] in "([" else found.end()
    stop = _SENTENCE_STOP.search(text, end, end + LONGEST_NOTICE)
    finish = stop.end() if stop else min(len(text), end + LONGEST_NOTICE)
    raw = text[begin:finish]
    return Span(begin + len(raw) - len(raw.lstrip()), finish - len(raw) + len(raw.rstrip()))


def _inside(span: Span, quotes: Sequence[Span], starts: Sequence[int]) -> bool:
    """Whether a span lies inside a quotation."""
    index = bisect_right(starts, span.start) - 1
    return index >= 0 and span.end <= quotes[index].end
