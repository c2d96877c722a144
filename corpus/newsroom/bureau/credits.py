"""Credits, and what only looks like them: put into a draft, in the forms of its language."""

from __future__ import annotations

import re
from random import Random
from typing import Final

from corpus.newsroom.bureau.grammar import compile_template
from corpus.newsroom.bureau.units import Draft, Mark, draw
from corpus.newsroom.bureau.writing import Author, Matter, fixed

_CHOICE: Final = re.compile(r"\(([^()|]*\|[^()]*)\)")
NOTICE_SHARE = 0.2  # of credits to a wire name nobody: "with agency inputs"
SEVERAL = 0.35  # chance of each further credit in the same article


def expand(form: str, rng: Random, **values: str) -> str:
    """The form with its choices drawn and its slots filled."""
    text = _CHOICE.sub(lambda found: rng.choice(found[1].split("|")), form)
    for key, value in values.items():
        text = text.replace("{" + key + "}", value)
    return text


def credit(draft: Draft, author: Author, matter: Matter, mark: Mark) -> None:
    """Credit the source of `mark` once or several times, each time in another form."""
    places = ["clause", "inline", "end", "dateline"]
    author.rng.shuffle(places)
    put_credit(draft, author, matter, mark, places[0])
    for place in places[1:3]:
        if author.rng.random() < SEVERAL:
            put_credit(draft, author, matter, mark, place)


def notice(draft: Draft, author: Author, matter: Matter, mark: Mark) -> None:
    """A closing line that says that the text is an agency's, and not whose."""
    line = expand(author.rng.choice(matter.book.credits.notice), author.rng)
    _append(draft, author, line, Mark(None, mark.source))


def put_credit(draft: Draft, author: Author, matter: Matter, mark: Mark, place: str) -> None:
    """One credit of the form and place named: clause, inline, end or dateline."""
    forms, rng, name = matter.book.credits, author.rng, mark.name or ""
    values = {"name": name} | _circumstances(author, matter)
    if place == "clause":
        free = [unit for unit in draft.content() if not unit.clause and unit.kind == "plain" and unit.frame is None]
        if free:
            unit = rng.choice(free[:6])
            unit.clause, unit.mark, unit.text = expand(rng.choice(forms.clause), rng, **values), mark, ""
            return
        place = "end"
    if place == "dateline" and draft.dateline is None:
        draft.dateline = fixed(author, expand(rng.choice(forms.dateline), rng, **values))
        draft.dateline.mark = mark
        return
    if place == "inline" and draft.paragraphs:
        unit = fixed(author, expand(rng.choice(forms.inline), rng, **values) + matter.book.stop)
        unit.mark = mark
        paragraph = rng.choice(draft.paragraphs[:3])
        paragraph.append(unit)
        return
    _append(draft, author, expand(rng.choice(forms.end), rng, **values), mark)


def venue(draft: Draft, author: Author, matter: Matter, name: str) -> bool:
    """Make a quotation one that was given to `name` in an interview; whether there was one to make it of."""
    quotes = [unit for unit in draft.content() if unit.sentences and unit.speaker and unit.mark is None]
    if not quotes:
        return False
    rng = author.rng
    unit = rng.choice(quotes)
    form = expand(rng.choice(matter.book.credits.venue), rng, name=name)
    unit.frame = compile_template("frame.venue", matter.book.venue_frame.replace("{venue}", form))
    speaker = {"S": unit.slots[unit.speaker]}
    unit.frame_picks, unit.text = draw(unit.frame, rng, speaker, later=rng.random() < 0.5), ""
    unit.sentences = (". ".join(unit.sentences),)
    unit.mark = Mark(name, None, "venue")
    return True


def photo(draft: Draft, author: Author, matter: Matter) -> None:
    """A line that credits a picture."""
    rng = author.rng
    name = rng.choice(matter.book.names["photos"])
    unit = fixed(author, expand(rng.choice(matter.book.credits.photo), rng, name=name), "decoy")
    unit.mark = Mark(name, None, "photo")
    draft.paragraphs.insert(rng.choice((0, 1, len(draft.paragraphs))), [unit])


def mention(draft: Draft, author: Author, matter: Matter, name: str) -> None:
    """A sentence that names a medium and credits nothing to it."""
    values = {"name": name} | _circumstances(author, matter)
    text = expand(author.rng.choice(matter.book.credits.mention), author.rng, **values)
    unit = fixed(author, text + matter.book.stop, "decoy")
    unit.mark = Mark(name, None, "mention")
    author.rng.choice(draft.paragraphs).append(unit)


def _append(draft: Draft, author: Author, line: str, mark: Mark) -> None:
    unit = fixed(author, line)
    unit.mark = mark
    draft.paragraphs.append([unit])


def _circumstances(author: Author, matter: Matter) -> dict[str, str]:
    """What forms may name beside the source: the day, the place, the street."""
    slots, style = matter.slots(author.stage), author.outlet.style
    found = {}
    for key in ("day", "town", "street"):
        made = slots.get(key)
        options = made.options if made else (author.rng.choice(matter.book.names["spare_" + key]),)
        found[key] = options[style[made.house] % len(options)] if made and made.house else options[0]
    short = expand("{0}", author.rng, **{"0": found["day"]})
    return found | {"place": found["town"], "PLACE": found["town"].upper(), "short": short.removeprefix("on ")}
