"""What stands in an article's text but is no part of what it tells: notices, links, captions' credits, repeats."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice
from typing import Final

from lineage.dataclass import dataclass
from lineage.model import Span
from lineage.patterns import pattern
from lineage.text.lists import shipped
from lineage.text.phrases import Phrases, Wordings, Words, find_phrases, lower
from lineage.text.tries import Openings

LONGEST_LINE: Final = 220  # characters: a footer's sentence or a linked headline; a longer line is a paragraph
LONGEST_WHOLE: Final = 60  # characters of a line that is a form and nothing else
LONGEST_LINK: Final = 120  # characters from "Read also" to a sentence's end, where the linked headline has no stop
SHORT_FORM: Final = 20  # characters: "Follow us on, they said" is no footer, "Listen to the latest songs, only on" is
LEAST_REPEATED: Final = 8  # words of a sentence that stands twice; shorter ones repeat by chance
HEAD: Final = 3  # words by which sentences that can be equal are told first
REACH: Final = 80  # characters in which these words mostly stand
LEAST_REPEATED_CHARS: Final = 14  # the same in scripts without spaces, at 1.6 characters a word

_BREAKS: Final = "\r\u2028\u2029\x85"  # what ends a line beside a line feed
# its group is not taken possessively: before Python 3.11.5 that may match too little
_STOPS: Final = ".!?。！？؟।"
_SENTENCE: Final = pattern(
    r"[^.!?。！？؟।\s][^.!?。！？؟।]*+(?:[.!?](?=[^\s\"”’)\]])[^.!?。！？؟।]*+)*(?:[.!?。！？؟।]+[\"”’)\]]*|\Z)"
)
_DATE: Final = (
    r"(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/. ](?:\d{1,2}|[^\W\d_]{3,9})[-/., ]{1,2}\d{4}"
    r"|[A-Z][a-z]{2,8} \d{1,2}, \d{4})"
)
_TIME: Final = r"\d{1,2}:\d{2}(?::\d{2})?(?: ?[AaPp]\.?[Mm]\.?)?(?: ?(?:(?-i:[A-Z]{1,4}\b)|[+-]\d{2}:?\d{2}))?(?: Uhr)?"
_STAMP: Final = pattern(  # fused to the head: " date 2031-05-12 "
    r"\A\s*(?:date|dated|published|updated|posted|last updated|datum|stand|fecha|data|дата|تاريخ|日期|发布时间)"
    rf"\s?[:：]?\s*(?:on |at )?{_DATE}(?:[T ,|]{{1,2}}{_TIME})?(?:\s+|\Z)",
    re.IGNORECASE,
)
_DATED: Final = pattern(  # a line such as "Published on 12 May 2031, 10:30"
    r"(?:first |last )?(?:published|updated|posted|modified|erschienen|aktualisiert|veröffentlicht|stand|publié|"
    r"mis à jour|publicado|actualizado|pubblicato|aggiornato|atualizado|опубликовано|发布时间|更新时间|प्रकाशित|अपडेट)"
    rf"\b[^\n]{{0,50}}\d{{4}}(?:[T ,|–-]{{1,4}}(?:at |um )?{_TIME})?\.?",
    re.IGNORECASE,
)
_PICTURE: Final = (
    r"(?:photograph|photo|foto|bild|image|picture|pic|imagen|fotografía|grafik|illustration|crédit photo|crédits|"
    r"photo credit|image credit|фото|صورة|फोटो|图片来源|图|写真)s?"
)
_PHOTO_WORD: Final = rf"(?:(?:file|archiv|symbol|archive|handout|representational|representative) ?)?{_PICTURE}"
_SAYS: Final = r"(?: credits?)? ?(?:[:：©]|via|by|courtesy of)"  # behind that word, where no bracket holds it
_AGENCY: Final = (
    r"(?:picture[ -]alliance|getty(?: images)?|imago(?: images)?|dpa|afp|reuters|ap|epa|efe|ansa|keystone|apa|ddp|"
    r"laif|ullstein|shutterstock|istock|alamy|unsplash|pixabay|action press|action images|usa today sports)"
)
_PHOTO_BRACKET: Final = pattern(
    rf"[\[(（【](?:{_PHOTO_WORD}(?: ?(?:credits?|courtesy|by|via|:|：|/|von|de|par|©))[^\])）】\n]{{0,110}}"
    rf"|[^\[\]()\n]{{0,60}}/{_AGENCY}(?: photo)?|(?:ap|afp|reuters)(?: photo|/)[^\])\n]{{2,60}})[\])）】]",
    re.IGNORECASE,
)
_PHOTO_BARE: Final = pattern(
    rf"(?<![^\W_]){_PHOTO_WORD}{_SAYS} ?"
    r"(?:(?:(?-i:[^\W\d_a-zà-ÿ])[\w.’'\-]{0,24}|von|van|de|via|der)[ ]){0,3}"
    r"(?:(?-i:[^\W\d_a-zà-ÿ])[\w.’'\-]{0,24} ?[/|,] ?)?"
    rf"{_AGENCY}(?: ?[/,|] ?{_AGENCY})*(?![^\W_])",
    re.IGNORECASE,
)
_LABEL_END: Final = r"\s?(?:[:：|>→»]|[-–—] |\.{3}|…)"
_TRIMMED: Final = " \t\u00a0\u200b.,:：;!|>→»«<←*•·–—-[]()…#▶►"
# What a line in lower case holds that may hold a picture's credit: it is quicker to ask for that than for patterns
_HINTS: Final = (
    *("photo", "foto", "bild", "image", "pic", "crédit", "фото", "صورة", "फोटो", "图", "grafik", "illustration"),
)
_HINT_AGENCY: Final = pattern(r"/ ?(?:ap|afp|getty|reuters|dpa|ep|efe)|reuters/|afp/")
_HINT_BARE: Final = pattern(_PICTURE + _SAYS)
_WIDE: Final = pattern(r"[\u2e80-\u9fff\u3040-\u30ff]")
_WORDS: Final = pattern(r"[\w\u0900-\u0dff]+(?:['’][\w]+)?")


def find_furniture(text: str, words: Words | None = None) -> tuple[Span, ...]:
    """The stretches of a text that are not its own narration: sorted, disjoint.

    These are headers and footers, links to other articles, notices, credits of pictures, a date stamp fused to
    the head, and all copies but one of a line or a sentence of `LEAST_REPEATED` words or more. The copy that
    counts is the one in the longest line, of equal ones the last: a headline or standfirst gives way to the body,
    a pulled quotation too. Lines longer than `LONGEST_LINE` are never taken whole. Time is linear in the text.
    `words` are the text's, where they are known already.
    """
    spans: list[Span] = []
    if (stamp := _STAMP.match(text)) is not None:
        spans.append(Span(0, stamp.end()))
    lines = [_trim(text, start, end) for start, end in _lines(text)]
    cut = [(line, list(_sentences(text, line))) for line in lines]
    pictures = "/" in text or _pictures().stand_in(lower(text))
    for line, sentences in cut:
        spans.extend(_of_line(text, line, sentences, pictures))
    spans.extend(_repeats(text, cut))
    spans.extend(find_phrases(words or Words(text), [_forms().inline]))
    return _merged(spans)


@dataclass(frozen=True, slots=True)
class _Forms:
    """The forms, as patterns."""

    whole: frozenset[str]
    labelled: Openings
    begins: Openings
    inline: Phrases
    links: Openings


@cache
def _forms() -> _Forms:
    tables = shipped("furniture_forms.toml")
    lists = {key: [form for forms in table.values() for form in forms] for key, table in tables.items()}
    return _Forms(
        whole=frozenset(_folded(form) for form in lists["whole"]),
        labelled=Openings(lists["labelled"], before=r"[^\w\n]", most=3, behind=_LABEL_END),
        begins=Openings(lists["begins"], before=r"[^\w\n(]", most=3, behind=r"(?![^\W_\u2e80-\u9fff])"),
        inline=Phrases(lists["inline"]),
        links=Openings(lists["labelled"], before=r"[^\w\n]", most=3, behind=r"(?!\w)"),
    )


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """Where the lines of a text begin and end."""
    for sign in _BREAKS:
        text = text.replace(sign, "\n")
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if end > start:
            yield start, end
        start = end + 1


@cache
def _pictures() -> Wordings:
    return Wordings(_HINTS)


def _of_line(text: str, line: Span, sentences: Sequence[Span], pictures: bool = True) -> Iterator[Span]:
    """The furniture of one line: all of it, or sentences and, if there may be any, credits of `pictures` in it."""
    whole = text[slice(*line)]
    if len(whole) <= LONGEST_LINE and _is_form(whole):
        yield line
        return
    if len(whole) > LONGEST_LINE or _has_stops(text, line):
        for sentence in sentences:
            content = text[slice(*sentence)]
            if len(content) <= LONGEST_LINE and _begins(content):
                label = _forms().links.match(content) if len(content) > LONGEST_LINK else None
                yield sentence if label is None else Span(sentence.start, sentence.start + label.end())
    if pictures:
        yield from _of_pictures(text, line)


def _of_pictures(text: str, line: Span) -> Iterator[Span]:
    """The credits of pictures in a line."""
    lowered = lower(text[slice(*line)])
    hints = [hint for hint in _HINTS if hint in lowered]
    if hints or ("/" in lowered and _HINT_AGENCY.search(lowered)):
        if any(bracket in lowered for bracket in "[(（【"):
            yield from (Span(*found.span()) for found in _PHOTO_BRACKET.finditer(text, line.start, line.end))
        if any(_HINT_BARE.match(lowered, at) for hint in (*hints, "写真") for at in _places(lowered, hint)):
            yield from (Span(*found.span()) for found in _PHOTO_BARE.finditer(text, line.start, line.end))


def _places(text: str, word: str) -> Iterator[int]:
    """Where a word begins in a text."""
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + 1)


def _is_form(content: str) -> bool:
    """Whether a short line is a form of furniture."""
    if len(content) <= LONGEST_WHOLE and _folded(content) in _forms().whole:
        return True
    if _forms().labelled.match(content) is not None or _DATED.fullmatch(content) is not None:
        return True
    stops = sum(content.count(stop) for stop in (". ", "! ", "? ", "。"))
    return stops <= 1 and _begins(content)


def _begins(content: str) -> bool:
    """Whether a sentence begins as only furniture does; what somebody says of it is no furniture."""
    found = _forms().begins.match(content)
    if found is None:
        return False
    if content[0] in "“„\"«»‘'":
        return False  # somebody says so
    return found.end() > SHORT_FORM or content[found.end() : found.end() + 1] not in (",", "”", '"')


def _has_stops(text: str, line: Span) -> bool:
    return any(text.find(stop, line.start, line.end - 1) >= 0 for stop in (". ", "! ", "? ", "।", "。"))


def _sentences(text: str, line: Span) -> Iterator[Span]:
    """The sentences of a line, roughly: abbreviations cut some of them, which costs nothing here."""
    content = text[slice(*line)]
    if not any(stop in content for stop in _STOPS):  # a headline, as every sentence of the pattern
        yield from [line] if content else []
        return
    for found in _SENTENCE.finditer(text, line.start, line.end):
        yield _trim(text, found.start(), found.end())


def _repeats(text: str, lines: Sequence[tuple[Span, Sequence[Span]]]) -> Iterator[Span]:
    """All copies but one of each line or sentence that stands more than once."""
    copies: dict[str, list[tuple[Span, int]]] = {}
    again = _again(text, lines)
    for line, sentences in lines:
        length = line.end - line.start
        whole = _key(text[slice(*line)]) if length <= LONGEST_LINE and line in again else None
        if whole is not None:
            copies.setdefault(whole, []).append((line, length))
        for sentence in sentences:
            key = _key(text[slice(*sentence)]) if sentence in again else None
            if key is not None and key != whole:
                copies.setdefault(key, []).append((sentence, length))
    for places in copies.values():
        if len(places) > 1:
            kept = max(range(len(places)), key=lambda index: (places[index][1], index))
            yield from (span for index, (span, _) in enumerate(places) if index != kept)


def _again(text: str, lines: Sequence[tuple[Span, Sequence[Span]]]) -> set[Span]:
    """The lines and sentences that begin with the same words as another, a line's own beginning left out: only they can
    stand twice.
    """
    heads = {sentence: _head(text[slice(*sentence)]) for _, sentences in lines for sentence in sentences}
    often = Counter[tuple[str, ...]]()
    for line, sentences in lines:
        own = [heads[sentence] for sentence in sentences]
        if line.end - line.start <= LONGEST_LINE:  # a longer one is never taken whole
            heads[line] = _head(text[slice(*line)])
            own += [] if heads[line] in own else [heads[line]]
        often.update(own)
    return {span for span, head in heads.items() if often[head] > 1}


def _head(content: str) -> tuple[str, ...]:
    """The first of the words by which sentences are compared."""
    near = _first_words(content[:REACH], HEAD + 1)  # one more: then the others are whole
    return near[:HEAD] if len(near) > HEAD else _first_words(content, HEAD)


def _first_words(content: str, count: int) -> tuple[str, ...]:
    return tuple(found[0] for found in islice(_WORDS.finditer(content.casefold()), count))


def _key(content: str) -> str | None:
    """What makes two sentences the same: their words without case; None for a short one."""
    if len(content) < LEAST_REPEATED_CHARS:
        return None
    words = _WORDS.findall(content.casefold())
    if len(words) >= LEAST_REPEATED or len(_WIDE.findall(content)) >= LEAST_REPEATED_CHARS:
        return " ".join(words)
    return None


def _folded(content: str) -> str:
    return " ".join(content.casefold().replace("’", "'").strip(_TRIMMED).split())


def _trim(text: str, start: int, end: int) -> Span:
    """A stretch without the blanks around it."""
    content = text[start:end]
    return Span(start + len(content) - len(content.lstrip()), end - len(content) + len(content.rstrip()))


def _merged(spans: list[Span]) -> tuple[Span, ...]:
    """The spans sorted, those that overlap joined."""
    merged: list[Span] = []
    for span in sorted(span for span in spans if span.end > span.start):
        if merged and span.start < merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return tuple(merged)
