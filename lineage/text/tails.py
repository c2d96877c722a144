"""Credits by their place: datelines at the head, credit lines at the end, photo credits anywhere."""

from __future__ import annotations

import re
from typing import Final

from lineage.model import CreditKind, Span
from lineage.patterns import pattern
from lineage.text.grammar import Word, grammar, line_end, line_start, words_of

LONGEST_PLACE: Final = 70  # characters before a dateline's bracket: a place, a country and a date
LONGEST_GROUP: Final = 48  # characters of a list of names and initials: "ntv.de, mba/AFP/dpa"
LONGEST_INITIALS: Final = 5  # letters: "mbo", "chrs."; a name such as "RND"
MOST_INITIALS: Final = 2  # with blanks between; a line with more words in capitals shouts: "CLICK HERE TO GET THE APP"

_GROUP_LEFT: Final = pattern(r"[(\[（【]\s?(?:[^\W\d_][\w.\-]{0,20}[ /,&;+]{1,2}){0,5}\Z")
_GROUP_RIGHT: Final = pattern(r"(?:[ /,&;+]{1,2}[^\W\d_][\w.\-]{0,20}){0,5}\s?[)\]）】]")
_DASH: Final = pattern(r"\s?\.?\s?[-–—―]{1,2}|\s?[:：]")
_FULL_STOP: Final = pattern(r"\. ?[^\W\d_a-zà-öø-ÿ]")  # "Bonn (dpa). Der", at the very head only
_CHINESE_DATE: Final = pattern(r"[\u4e00-\u9fff]{0,8}(?:\d{1,2}月)?(?:\d{1,2}日)?(?:专)?电(?=[\s（(：:，,]|\Z)")
_DASHED_PLACE: Final = pattern(r"\W{0,3}[^\W\d_][^\n:.!?]{1,40} ?[-–—] ?\Z")
_PARTNERS: Final = pattern(r"(?:(?:[/,&+] ?| und | and | et | y )[^\W\d_][\w.\-]{0,20}){0,5}[.]?(?:\s?[)\]）】])?")
_ENDS: Final = frozenset(".!?…।。！？؟\"”“»«'’)]*")
_OPENERS: Final = frozenset("([（【")
_SEPARATORS: Final = frozenset(("/", ",", "&", "+", "|", "、", ";"))
_JOINING: Final = frozenset(("and", "und", "et", "y", "e", "sowie", "by", "von", "par", "por"))
_WITH: Final = frozenset(("mit", "with", "avec", "con", "com", "material", "inputs"))
_DASHES: Final = frozenset("-–—―•")
_PHOTO: Final = pattern(
    r"[\[(]?(?:(?<![^\W_])"
    r"(?:(?:file|featured|cover|header|press|handout|courtesy|archiv|symbol|beispiel|titel|agentur) ?)?"
    r"(?:photograph|photo|foto|bild|image|picture|pic|fotografía|fotografia|grafik|graphic|illustration|imagen|"
    r"crédit|фото|صورة|الصورة|फोटो|تصویر)s?"
    r"(?: ?(?:credits?|courtesy(?: of)?|by|via|:|：|©|\||/)){1,3}|图片来源|图[：:／/]|摄影[：:])"
    r"(?P<owner>[^\n]{0,70})\Z",
    re.IGNORECASE,
)
_NARRATION: Final = pattern(
    r"(?<![^\W_])(?!(?:courtesy|pool|handout|contributor|via|photo|file|poolfoto)\b)[^\W\d_A-ZÄÖÜ]{4,}(?![^\W_])"
)
_PHOTO_AFTER: Final = pattern(
    r"\s?(?:photos?|images?|pictures?|foto|fotos|bild|bilder)\b|\s?/\s?(?:getty|picture alliance|picture-alliance|"
    r"shutterstock|imago|istock|alamy|scanpix|archiv|handout|pool)",
    re.IGNORECASE,
)
_PHOTO_BEFORE: Final = pattern(r"(?:picture[ -]alliance|getty(?: images)?|imago(?: images)?)\s?/\s?\Z", re.IGNORECASE)
_CAPTION_SOURCE: Final = pattern(  # (Quelle: Ada Pohl/AP/dpa): only pictures are by a person of an agency
    r"[(\[](?:Quelle|Source|Fuente|Fonte) ?: ?[^\W\d_a-z][^\W\d]+[ -][^\W\d_a-z][^\n()/]{1,30}/[^\n()]{0,30}\Z"
)
_PHOTOGRAPHER: Final = pattern(r"\s?/\s?[^\W\d_a-z][^\W\d_A-Z]+[ -][^\W\d_a-z][^\W\d_A-Z]+\b(?! (?:polls?|surveys?)\b)")
_SOURCED: Final = pattern(  # Quelle: example.org, Ada Pohl, dpa
    r"(?<!\w)(?:Quellen?|Sources?|Fuentes?|Fontes?|Fonti|Bron|Источник):? ?[:] ?(?P<others>[^\n:]{1,60}[ ,/])\Z"
)
_YEAR: Final = pattern(r"(?:©|\(c\)|\bcopyright)(?: ?©| ?\(c\))? ?(?:\d{4} ?)?(?:by |the )?\Z", re.IGNORECASE)


def photo_credit(text: str, name: Span, *, sells: bool) -> Span | None:
    """The credit for a picture that a name stands in: "Photo: AFP", "REUTERS/Jane Doe", "picture alliance/dpa".

    `sells` says that the name is an agency's, after which a slash brings a photographer and not a partner.
    """
    low = line_start(text, name.start)
    left = text[low : name.start]
    keyword = _PHOTO.search(left)
    if keyword is not None and not _NARRATION.search(keyword["owner"]):
        end = name.end + (text[name.end : name.end + 1] in ("]", ")") and keyword[0][0] in "[(")
        return Span(low + keyword.start(), end)
    after = _PHOTO_AFTER.match(text, name.end) or (_PHOTOGRAPHER.match(text, name.end) if sells else None)
    if after is not None:
        return Span(name.start, after.end())
    partner = _PHOTO_BEFORE.search(left) or _CAPTION_SOURCE.search(left)
    return Span(low + partner.start(), name.end) if partner is not None else None


def dateline(text: str, name: Span) -> Span | None:
    """The dateline that a name stands in: "BERLIN (dpa) –", "PARIS, Jan 5 (Reuters) -", "新华社北京3月5日电"."""
    if (date := _CHINESE_DATE.match(text, name.end)) is not None and "\u4e00" <= text[name.start] <= "\u9fff":
        return Span(name.start, date.end())
    low = line_start(text, name.start)
    left = _GROUP_LEFT.search(text[max(low, name.start - LONGEST_GROUP) : name.start])
    right = _GROUP_RIGHT.match(text, name.end, name.end + LONGEST_GROUP)
    if left is None or right is None or left[0][0] not in "(（":
        return _dashed(text, name, low)
    opened = name.start - len(left[0])
    place = text[low:opened]
    if _DASH.match(text, right.end()):
        return Span(_place_start(text, low, opened), right.end())
    if not low and place.strip() and _is_place(place) and _FULL_STOP.match(text, right.end()):
        return Span(len(place) - len(place.lstrip()), right.end())
    head = text[low - 1 : low] in ("", "\n", "\r") and len(place) <= LONGEST_PLACE
    goes_on = text[right.end() : right.end() + 2].strip()
    cased = not place.strip() or any(char.isupper() for char in place)
    if head and cased and goes_on and goes_on[0] not in ".,;!?" and _is_place(place):
        return Span(low + len(place) - len(place.lstrip()), right.end())  # "ORLANDO (CNN)A man was"
    return None


def _dashed(text: str, name: Span, low: int) -> Span | None:
    """A dateline without brackets: "LISBON — AP —", "القاهرة - رويترز"."""
    if low and text[low - 1] not in "\n\r":
        return None
    place = text[low : name.start]
    if not _DASHED_PLACE.match(place) or len(place.split()) > 5 or not _is_place(place):
        return None
    after = text[name.end : line_end(text, name.end)].strip()
    return Span(low, name.end) if not after or after[0] in "-–—―:" else None


def _is_place(place: str) -> bool:
    """Whether the words before a bracket look like a place and a date: no sentence, no small words."""
    words = [word for word in re.split(r"[\s,./-]+", place) if word]
    if len(words) > 7 or re.search(r"[!?;\"“”_\[\]|]", place):
        return False
    small = [
        word
        for word in words
        if word[0].islower() and word not in ("de", "la", "am", "di", "du", "al", "von", "el", "ene")
    ]
    return not small and bool(words or not place.strip())


def _place_start(text: str, low: int, opened: int) -> int:
    """Where the place of a dateline begins: after the last sentence, at most four words back."""
    begin = low
    for found in re.finditer(r"[.!?:»“”\"]\s+|\n", text[low:opened]):
        if found.end() < opened - low:
            begin = low + found.end()
    words = words_of(text, begin, opened)
    if len(words) > 8:
        begin = words[-1].start
    return begin


def credit_line(text: str, name: Span, *, sells_text: bool) -> tuple[CreditKind, Span] | None:
    """A line of credits that a name stands in: "(AFP)", "mbo/dpa", "– Reuters", "Source: AP", "With AP".

    It stands after a sentence's end or on a line of its own. Names that do not sell text need more: "by", a dash,
    "Source:", or brackets that are the whole line or the end of the text.
    """
    low = line_start(text, name.start)
    if (year := _YEAR.search(text[low : name.start])) is not None:
        return "credit-line", Span(low + year.start(), name.end)
    sourced = _SOURCED.search(text[low : name.start])
    if sourced is not None and not _NARRATION.search(sourced["others"]):
        return "credit-line", Span(low + sourced.start(), _walk_right(text, name)[0])
    walk = _walk_left(text, name, low)
    if walk is None:
        return None
    begin, marks = walk
    kind: CreditKind = "inputs" if marks & _WITH else "credit-line"
    end, at_end = _walk_right(text, name)
    if "source" in marks:
        return kind, Span(begin, end)
    bracket = text[begin] in _OPENERS and text[end - 1 : end] in (")", "]", "）", "】")
    explicit = bool(marks & _WITH or marks & {"dash", "by", "slash"})
    if text[begin] in _OPENERS and not bracket:
        return None
    alone = bracket and (begin == low or not text[end : end + LONGEST_GROUP].strip())
    if at_end and (sells_text or marks & {"dash", "by"} or alone):
        return kind, Span(begin, end)
    if sells_text and (bracket or explicit or "apposition" in marks) and _starts_anew(text, end):
        return kind, Span(begin, end)
    return None


def _starts_anew(text: str, end: int) -> bool:
    """Whether a new sentence begins: a text without line breaks goes on after its credit line."""
    rest = text[end : end + 3].lstrip(" .|")
    return bool(rest) and (rest[0].isupper() or rest[0].isdigit() or rest[0] in '([„“"«»—–')


def _walk_left(text: str, name: Span, low: int) -> tuple[int, frozenset[str]] | None:
    """Where the group of names before this one begins, and by what it is marked; None within a sentence."""
    lists = grammar()
    words = words_of(text, max(low, name.start - LONGEST_GROUP), name.start)
    cut = bool(words) and words[0].start > low and name.start - low > LONGEST_GROUP
    marks: set[str] = set()
    begin = name.start
    index = len(words)
    initials = 0
    while index > 0:
        for size in range(min(4, index), 0, -1):
            label = " ".join(word.text for word in words[index - size : index])
            if label in lists.lines and label.endswith((":", "：", "quelle")):
                return words[index - size].start, frozenset({*marks, "source"})
        word = words[index - 1]
        if word.text in _OPENERS:
            return (word.start, frozenset(marks)) if _after_sentence(text, word.start) else None
        if word.text in _ENDS and word.end < begin and _separate(text, word):
            return begin, frozenset(marks)
        mark = _mark_of(text, words, index - 1, begin)
        initials += mark == "initials"
        if mark is None or initials > MOST_INITIALS:
            return None
        marks.add(mark)
        begin = word.start
        index -= 1
    return None if cut else (begin, frozenset(marks))


def _separate(text: str, word: Word) -> bool:
    """Whether a blank or nothing but a closing mark follows a sentence's end."""
    return text[word.end : word.end + 1].isspace()


def _mark_of(text: str, words: list[Word], index: int, begin: int) -> str | None:
    """What a word within a group of names is: nothing special (""), a mark, or None for a stranger."""
    lists = grammar()
    word = words[index].text
    if word in _WITH:
        return "mit" if word not in ("material",) else "material"
    if word in ("by", "via", "von", "par", "por"):
        return "by"
    if word in _DASHES:
        return "dash" if index == 0 or text[words[index].start - 1].isspace() else ""
    if word == "/":
        return "slash"
    if word in _SEPARATORS or word in _JOINING or word in lists.articles or word == ".":
        return ""
    if word in lists.appositions:
        return "apposition"
    return _partner(text, words[index], begin)


def _partner(text: str, word: Word, begin: int) -> str | None:
    """What another name or an editor's initials are, joined to the group by a slash, a comma or a blank; else None."""
    raw = text[word.start : word.end]
    after_slash = text[max(0, word.start - 1) : word.start] == "/"
    if text[word.end : begin].isspace() and not after_slash:
        return "initials" if raw.isupper() and len(raw) <= LONGEST_INITIALS else None
    joined = after_slash or text[word.end : word.end + 2].strip()[:1] in ("/", ",", "&", ".", "+")
    return "" if joined and (raw[0].isupper() or "." in raw or len(raw) <= LONGEST_INITIALS) else None


def _walk_right(text: str, name: Span) -> tuple[int, bool]:
    """Where the group of names after this one ends, and whether the line ends there."""
    stop = line_end(text, name.end, LONGEST_GROUP)
    group = _PARTNERS.match(text, name.end, stop)
    end = group.end() if group else name.end
    rest = text[end:stop].strip(" .*|_\u00a0")
    return end, not rest and (stop >= len(text) or text[stop] in "\n\r\u2028\u2029\x85")


def _after_sentence(text: str, at: int) -> bool:
    """Whether a place follows a sentence's end or begins a line."""
    before = text[max(0, at - 3) : at].rstrip(" \u00a0")
    return not before or before[-1] in _ENDS or before[-1] in "\n\r"
