"""Whom an article's author field credits: an agency or an outlet that is named where a writer's name stands.

The field is a list of names, so a name counts only if it is all that stands between two marks of the list, past "by",
an article, "news agency" or "staff": "dpa" in "Ada Pohl mit dpa", and not in "dpa correspondent Ada Pohl".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Final, NamedTuple

from lineage.model import Article, Credit, CreditKind, Span
from lineage.text.grammar import Word, grammar, joined_words, words_of
from lineage.text.outlets import SHORT, Outlet, Registry
from lineage.text.tails import photo_credit

LONGEST_FIELD: Final = 300  # characters: two dozen names; a longer one is a paragraph about the writer
LEAST_LETTERS: Final = 3  # of a short name that is not written as its bearer writes it: "Dpa", not "Ap"
KEPT: Final = 10_000  # fields that are not read again: staff writers of a few hundred papers

_LINES: Final = str.maketrans("\n\r\u2028\u2029\x85", ";;;;;")
_SEPARATING: Final = frozenset("/,;|&+:、，；：،؛•·()[]（）【】")
_ANEW: Final = frozenset(";；؛|•")  # after which a "with" holds no longer
_COMMAS: Final = frozenset(",،，")
_DASHES: Final = frozenset("-–—")
_AND: Final = "و"  # written with the word that follows
_PLACED: Final = frozenset(("in", "à", "en", "em", "aus", "في"))  # before a place: "Reuters in Kabul"


class _Part(NamedTuple):
    """What stands between two marks of a field, and the mark behind it.

    `names` are the stretches that may be an outlet's name, the likeliest first; of agencies that are not named there
    are none. `one` tells whether it is a single word.
    """

    span: Span
    kind: CreditKind
    mark: str
    one: bool
    names: tuple[Span, ...]


def author_credits(article: Article, registry: Registry, own: Outlet | None) -> tuple[Credit, ...]:
    """The credits of an article's author field, in its order, each outlet once; their spans are the field's.

    They are of the kinds of a byline: a credit line, or inputs ("with AFP"); agencies that are not named ("staff and
    agencies") are inputs without a name. A name is given in its bearer's letters, "Associated Press" for "associated
    press". `own` is the article's outlet, which does not credit itself, nor a section of a paper the paper; where it is
    not known, only agencies count, since an outlet's name may be its own. Time is linear in the field, of which the
    first `LONGEST_FIELD` characters are read.
    """
    field = (article.author or "")[:LONGEST_FIELD].translate(_LINES)
    whole, parts = _read(field)
    if len(parts) > 1 and registry.resolve(field[slice(*whole.names[0])]) is not None:
        parts = (whole,)  # a name with a mark in it: "Hart & Berg"
    found: dict[str, Credit] = {}
    for index, part in enumerate(parts):
        if not part.names:
            found.setdefault("", Credit(article.id, "inputs", part.span, place="author"))
        named = ((name, outlet) for name in part.names if (outlet := registry.resolve(field[slice(*name)])))
        for name, outlet in named:
            if _another(outlet, own) and _speaks(field, parts, index, name, registry):
                called = _called(outlet, field[slice(*name)])
                credit = Credit(article.id, part.kind, part.span, called, outlet.id, name, place="author")
                found.setdefault(outlet.id, credit)
            break
    return tuple(found.values())


@lru_cache(KEPT)
def _read(field: str) -> tuple[_Part, tuple[_Part, ...]]:
    """A field as one part, and the parts between its marks."""
    words = _words(field)
    kind: CreditKind = "credit-line"
    parts: list[_Part] = []
    begin = index = 0
    while index <= len(words):
        size, mark = _mark(field, words, index)
        if size and index > begin:
            parts.append(_part(words[begin:index], "inputs" if mark == "inputs" else kind, mark))
        if size:
            kind = "inputs" if mark == "with" else "credit-line" if mark in _ANEW else kind
            begin = index + size
        index += size or 1
    past = _past_line(words)
    whole = Span(past[0].start, len(field.rstrip())) if past else Span(0, 0)
    return _Part(Span(0, whole.end), "credit-line", "", False, (whole,)), tuple(parts)


def _part(words: Sequence[Word], kind: CreditKind, mark: str) -> _Part:
    unnamed = joined_words(_past_line(words)) in grammar().agencies
    stretches = ((begin, end) for begin in _begins(words) for end in _ends(words, begin))
    names = () if unnamed else tuple(Span(words[begin].start, words[end - 1].end) for begin, end in stretches)
    return _Part(Span(words[0].start, words[-1].end), kind, mark, len(words) == 1, names)


def _past_line(words: Sequence[Word]) -> Sequence[Word]:
    """Words without a "by" or "von" that they begin with."""
    return words[1:] if len(words) > 1 and words[0].text in grammar().lines else words


def _words(field: str) -> list[Word]:
    """The words of a field, with a French article before a vowel and an Arabic "and" apart from what follows them."""
    result: list[Word] = []
    for word in words_of(field, 0, len(field)):
        article, apart, rest = word.text.partition("'")
        size = len(article) + 1 if rest and article + apart in grammar().articles else 0
        if not size and word.text[0] == _AND and len(word.text) > 1 and result and result[-1].text.isalnum():
            size = 1
        if size:
            result.append(Word(word.text[:size], word.start, word.start + size))
            word = Word(word.text[size:], word.start + size, word.end)
        result.append(word)
    return result


@cache
def _marks() -> Mapping[str, Sequence[tuple[int, str, str]]]:
    """By its first word every phrase that separates names, the longest first: its words, itself, and what it means."""
    lists = grammar()
    means = dict.fromkeys(lists.joining, "and") | dict.fromkeys(lists.supplied, "with")
    means |= {phrase: "with" for phrase, kind in lists.before.items() if kind == "inputs"}
    means |= {phrase: "inputs" for phrase, kind in lists.after.items() if kind == "inputs"}
    found: dict[str, list[tuple[int, str, str]]] = {}
    for phrase, mark in means.items():
        words = phrase.split(" ")
        found.setdefault(words[0], []).append((len(words), phrase, mark))
    return {word: sorted(phrases, reverse=True) for word, phrases in found.items()}


def _mark(field: str, words: Sequence[Word], index: int) -> tuple[int, str]:
    """How many words from one on separate names, 0 for none, and by what: a sign, "and", "with" or "inputs"."""
    if index == len(words):
        return 1, ""
    word = words[index]
    for size, phrase, mark in _marks().get(word.text, ()):
        if joined_words(words[index : index + size]) == phrase:
            return size, mark
    if word.text in _DASHES:
        return int(field[word.start - 1 : word.start].isspace() and field[word.end : word.end + 1].isspace()), "-"
    return int(word.text in _SEPARATING), word.text


def _begins(words: Sequence[Word]) -> Iterator[int]:
    """Where a name may begin: at once, and past each word or two that may stand before it."""
    begin = 0
    while begin < len(words):
        yield begin
        for size in (3, 2, 1):
            phrase = joined_words(words[begin : begin + size])
            if _beside(phrase) or phrase in grammar().lines or phrase in grammar().articles:
                begin += size
                break
        else:
            return


def _ends(words: Sequence[Word], begin: int) -> Iterator[int]:
    """Where a name may end: at the end, before each word or two that may stand after it, and before a place."""
    end = len(words)
    while end > begin:
        yield end
        for size in (3, 2, 1):
            phrase = joined_words(words[end - size : end])
            if size < end - begin and (_beside(phrase) or phrase == "."):
                end -= size
                break
        else:
            break
    yield from (place for place in range(begin + 1, len(words) - 1) if words[place].text in _PLACED)


def _beside(phrase: str) -> bool:
    """Whether words may stand on either side of a name: "news agency", "staff"."""
    return phrase in grammar().appositions or phrase in grammar().staff


def _called(outlet: Outlet, written: str) -> str:
    """A name as its bearer writes it, in whatever case it is written."""
    names = (outlet.name, *outlet.aliases)
    alike = [name for name in names if name.casefold() == written.casefold()]
    return written if written in alike else next(iter(alike), outlet.name)


def _another(outlet: Outlet, own: Outlet | None) -> bool:
    """Whether an outlet has text for others, and the article's own neither is it nor a section or a feed of it."""
    if own is None or outlet.kind != "outlet":
        return outlet.kind == "wire" and (own is None or outlet.id != own.id)
    return not own.id.replace("-", "").startswith(outlet.id.replace("-", ""))


def _speaks(field: str, parts: Sequence[_Part], index: int, name: Span, registry: Registry) -> bool:
    """Whether a name is an outlet's here: not of a picture, and neither a person's nor an editor's initials.

    A short name that is not written as its bearer writes it may be initials if it stands alone.
    """
    part, written = parts[index], field[slice(*name)]
    if photo_credit(field, name, sells=False) is not None:
        return False
    following = parts[index + 1] if index + 1 < len(parts) else None
    if part.one and part.mark in _COMMAS and following is not None and _given(field, following, registry):
        return False  # Stern, Ada
    if written.casefold() in grammar().people and not written.isupper():
        return False
    letters = sum(map(str.isalnum, written))
    if letters > SHORT or any(mention.span == (0, len(written)) for mention in registry.mentions(written)):
        return True
    return letters >= LEAST_LETTERS and (len(parts) > 1 or part.kind == "inputs")


def _given(field: str, part: _Part, registry: Registry) -> bool:
    """Whether a part may be a first name."""
    written = field[slice(*part.span)]
    return part.one and written.istitle() and registry.resolve(written) is None
