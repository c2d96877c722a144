"""An event: what happened, where, to how many, who speaks of it; the facts that every report words in its own way."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final

from corpus.newsroom.bureau.book import Book, Fact, Kind
from corpus.newsroom.bureau.details import compose
from corpus.newsroom.bureau.grammar import Choice, Wordings, capital, choice, compile_template, render

FIRST_DAY = datetime(2016, 1, 4, tzinfo=UTC)
DAYS = 3400  # to spring 2025
STAGES = 3  # how often a figure that grows is known anew: early, later, next day
COLOUR = 40  # details that only one reporter has, an event
QUOTED = 0.9  # of the quotations that the book has for an event were made
QUOTED_BESIDE = 0.2  # of them, where others are put together from parts
FAMILIAR = 0.15  # of names come from the book's list where others can be coined
VOICES = 20  # quotations put together from parts, an event
EXCLUSIVE = 0.97  # of all were said to one reporter: independent reports of news share .2 % of their 5-grams
SHARED_FACTS = 30  # of the facts that any event may have, how many this one has
TRANSLATIONS = 2  # wordings of one quotation that circulate when it was said in another language
STYLE_SIZE = 60  # house styles are numbers below it: divisible by 2, 3, 4, 5, so that all forms are equally used

_NAME: Final = re.compile(r"\{(\w+)\}")
_NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_MONTHS = "January February March April May June July August September October November December".split()
_WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()


@dataclass(frozen=True, slots=True)
class Quotation:
    """What somebody said: one or two sentences, in each of the translations that circulate. If it was said to one
    reporter alone (`exclusive`), others have it from that report only."""

    fact: str
    speaker: str
    versions: tuple[tuple[str, ...], ...]
    exclusive: bool


@dataclass(slots=True)
class Event:
    """One event. `stages` are the slots as they were known early, later, at last. `used` says which text worded a
    fact with which template first, or has a quotation for itself: nobody else's wording of the fact may have it."""

    book: Book
    kind: Kind
    when: datetime
    stages: tuple[Mapping[str, Choice], ...]
    facts: dict[str, Fact]
    order: tuple[str, ...]
    quotations: dict[str, Quotation]
    used: dict[str, int] = field(default_factory=dict)


def happen(rng: Random, book: Book) -> Event:
    """An event of some kind, with everything decided that can be told about it."""
    kind = book.kinds[rng.randrange(len(book.kinds))]
    when = FIRST_DAY + timedelta(days=rng.randrange(DAYS), minutes=rng.randrange(1440))
    slots = _places(rng, book) | _dates(rng, when, book.language)
    for name, roles in kind.people.items():
        slots[name] = _person(rng, book, roles[rng.randrange(len(roles))], slots)
    stages = [dict(slots) for _ in range(STAGES)]
    for name, spec in kind.slots.items():
        for stage, made in zip(stages, _slot(rng, spec, book.language), strict=True):
            stage[name] = made
    chosen = list(kind.facts) + rng.sample(book.shared, min(SHARED_FACTS, len(book.shared)))
    known = [fact for fact in chosen if not fact.speaker or fact.speaker in stages[0]]
    quoted = QUOTED_BESIDE if book.colour else QUOTED
    own = [fact for fact in known if not fact.quoted or rng.random() < quoted]
    own += _voices(rng, book, list(kind.people))
    quotations = {fact.name: _quotation(rng, fact, stages[-1], book) for fact in own if fact.quoted}
    facts = {fact.name: fact for fact in own}
    colour = {fact.name: fact for fact in _colour(rng, book)}
    facts |= colour | {kind.lead.name: kind.lead, kind.headline.name: kind.headline}
    ranked = sorted(
        [*own, *colour.values()], key=lambda fact: (not fact.name.startswith(kind.name)) * 0.35 + rng.random()
    )
    order = tuple(fact.name for fact in ranked)
    return Event(book, kind, when, tuple(stages), facts, order, quotations)


def _colour(rng: Random, book: Book) -> Iterator[Fact]:
    """Details put together from the book's parts. All wordings of one have the same key: the text that tells it first
    owns them all."""
    if not book.colour:
        return
    for number in range(COLOUR):
        key = f"colour.{number}"
        orders = compose(_pick(rng, book.colour["patterns"]), book.colour, rng)
        yield Fact(key, Wordings(key, orders, book.prose))


def _voices(rng: Random, book: Book, people: Sequence[str]) -> Iterator[Fact]:
    """Quotations put together from the book's parts."""
    for number in range(VOICES if book.colour else 0):
        text = compose(_pick(rng, book.colour["said"]), book.colour, rng)[0]
        key = f"voice.{number}"
        yield Fact(key, (compile_template(key, text, book.prose),), people[rng.randrange(len(people))], quoted=True)


def _quotation(rng: Random, fact: Fact, slots: Mapping[str, Choice], book: Book) -> Quotation:
    """Renderings of one quotation; most are in the language of the paper, so that there is one wording."""
    template = fact.templates[0]
    versions = []
    for _ in range(TRANSLATIONS if rng.random() < 0.35 else 1):
        picks = [0 if not isinstance(c, Choice) else c.draw(rng) for c in template.choices]
        text = render(template, picks, slots, defaultdict(int))
        versions.append(tuple(capital(part.strip().removesuffix(".")) for part in text.split("//")))
    return Quotation(fact.name, fact.speaker, tuple(versions), rng.random() < EXCLUSIVE)


def _pick(rng: Random, names: tuple[str, ...]) -> str:
    return names[rng.randrange(len(names))]


def _places(rng: Random, book: Book) -> dict[str, Choice]:
    names = book.names
    towns = [_coined(rng, names, "town") or town for town in rng.sample(names["towns"], 3)]
    slots = {f"town{i or ''}": choice([town]) for i, town in zip((0, 2, 3), towns, strict=True)}
    for key in ("region", "country", "street", "river", "company", "party"):
        values = [_coined(rng, names, key) or value for value in rng.sample(names[key], 3)]
        slots |= {f"{key}{i or ''}": choice([value]) for i, value in zip((0, 2, 3), values, strict=True)}
    return slots


def _coined(rng: Random, names: Mapping[str, tuple[str, ...]], what: str) -> str:
    """A name put together from a stem and an ending, mostly, if the language has any."""
    if what + "_stems" not in names or rng.random() < FAMILIAR:
        return ""
    return _pick(rng, names[what + "_stems"]) + _pick(rng, names[what + "_ends"])


def _person(rng: Random, book: Book, role: str, slots: Mapping[str, Choice]) -> Choice:
    """A person in the forms of a first and of later mentions. The role may name a body: "fire chief|the brigade"."""
    woman = rng.random() < 0.45
    first = _pick(rng, book.names["women" if woman else "men"])
    last = _coined(rng, book.names, "surname") or _pick(rng, book.names["surnames"])
    name = f"{first} {last}" if book.spaced else f"{last}{first}"
    role, _, body = role.partition("|")
    role, body = (_NAME.sub(lambda found: slots[found[1]].options[0], text) for text in (role, body))
    full = [form.format(role=role, name=name, last=last, body=body) for form in book.names["full"]]
    full = [form for form in full if body or not form.startswith("~")]
    later = [form.format(role=role, last=last, name=name) for form in book.names["later"]]
    return choice([form.removeprefix("~") for form in full] + later, full=len(full))


def _slot(rng: Random, spec: str | tuple[str, ...], language: str) -> list[Choice]:
    """A slot at every stage: one of a list, or a number "20-90", with "+" if it grows, "*10" if round, "$" money."""
    if not isinstance(spec, str):
        return [choice([_pick(rng, spec)])] * STAGES
    grows, money = spec.endswith("+"), spec.startswith("$")
    span, _, step = spec.strip("+$").partition("*")
    low, _, high = span.partition("-")
    value, by = rng.randint(int(low), int(high)), int(step or 1)
    values = [value]
    for _ in range(STAGES - 1):
        values.append(values[-1] + (rng.randint(0, max(1, values[-1] // 3)) if grows else 0))
    return [_money(v * by, language) if money else _number(v * by, language) for v in values]


def _number(value: int, language: str) -> Choice:
    if language == "en" and value < len(_NUMBERS):
        return choice([_NUMBERS[value], str(value)], house="small")
    if value < 1000:
        return choice([str(value)])
    mark = {"de": ".", "es": ".", "fr": "\u202f"}.get(language, ",")
    return choice([f"{value:,}".replace(",", mark), str(value)], house="thousands")


def _money(value: int, language: str) -> Choice:
    forms = {
        "en": ["${} million", "${}m", "{} million dollars", "US${} million"],
        "de": ["{} Millionen Euro", "{} Mio. Euro"],
        "fr": ["{} millions d'euros", "{} M€"],
        "es": ["{} millones de euros", "{} M€"],
        "ar": ["{} مليون دولار"],
        "hi": ["{} करोड़ रुपये"],
        "zh": ["{}万元"],
    }[language]
    return choice([form.format(value) for form in forms], house="money")


def _dates(rng: Random, when: datetime, language: str) -> dict[str, Choice]:
    """Days around the event in the forms of the language; `earlier` a month, `year` a year long before."""
    days = {
        "day": 0,
        "daybefore": -1,
        "nextday": 1,
        "nextweek": rng.randrange(4, 12),
        "lastmonth": -rng.randrange(20, 80),
    }
    slots = {name: _day(when + timedelta(days=shift), language) for name, shift in days.items()}
    slots["year"] = choice([str(when.year - rng.randrange(2, 15))])
    slots["nextyear"] = choice([str(when.year + rng.randrange(1, 4))])
    hour, minute = rng.randrange(1, 12), rng.choice(("", "30", "15", "45"))
    if language == "en":
        half = rng.choice(("am", "pm"))
        dotted = f"{half[0]}.{half[1]}."
        stamp, colon = f"{hour}.{minute}" if minute else f"{hour}", f"{hour}:{minute}" if minute else f"{hour}"
        clock = f"{hour + 12 * (half == 'pm'):02d}:{minute or '00'}"
        slots["clock"] = choice([f"{stamp}{half}", f"{colon} {dotted}", f"{colon}{half}", clock], house="clock")
        month = _MONTHS[(when - timedelta(days=rng.randrange(60, 300))).month - 1]
        slots["month"] = choice([month])
    else:
        slots["clock"] = choice([f"{hour}:{minute or '00'}"])
    return slots


def _day(day: datetime, language: str) -> Choice:
    number, month = day.day, day.month
    weekday = _WEEKDAYS[day.weekday()]
    name = _MONTHS[month - 1]
    if language == "en":
        forms = [
            f"on {weekday}",
            weekday,
            f"on {weekday}, {number} {name}",
            f"on {name} {number}",
            f"on {number} {name}",
        ]
        return choice(forms, house="date")
    local = _LOCAL_DAYS[language][day.weekday()]
    forms = [form.format(local, number, month) for form in _LOCAL_FORMS[language]]
    return choice(forms, house="date")


_LOCAL_DAYS = {
    "de": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag".split(),
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche".split(),
    "es": "lunes martes miércoles jueves viernes sábado domingo".split(),
    "ar": "الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد".split(),
    "hi": "सोमवार मंगलवार बुधवार गुरुवार शुक्रवार शनिवार रविवार".split(),
    "zh": "周一 周二 周三 周四 周五 周六 周日".split(),
}
_LOCAL_FORMS = {
    "de": ["am {0}", "am {0}, dem {1}.{2}.", "am {1}.{2}."],
    "fr": ["{0}", "ce {0}", "{0} {1}/{2}"],
    "es": ["el {0}", "este {0}", "el {0} {1}/{2}"],
    "ar": ["يوم {0}", "{0}"],
    "hi": ["{0} को", "{1}/{2} को"],
    "zh": ["{0}", "{2}月{1}日"],
}
