"""How a newsroom makes its article from another text: what it cuts, rewords, puts in front and adds.

`share` is the share of sentences' parts that are reworded: .04 easy, .2 medium, .45 hard, which changes about 3, 15 and
38 per cent of a copy's words.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from corpus.newsroom import lexicon
from corpus.newsroom.prose import Event, Sentence, Word, paragraphs

Text = list[list[Sentence]]


@dataclass(frozen=True, slots=True)
class Habits:
    """What an outlet does with texts of others: probabilities, and its house style."""

    share: float  # of the parts of a sentence that it words anew
    trims: float  # that it cuts from the end
    leads: float  # that it writes a lead of its own
    drops: float  # that it leaves paragraphs out
    moves: float  # that it changes their order
    adds: float  # that it adds reporting of its own
    credits: float  # that it says where the text is from
    style: str

    @classmethod
    def of(cls, rng: random.Random, level: str) -> Habits:
        """Those of some outlet. Harder: more is reworded, less is credited."""
        hard = {"easy": 0, "medium": 1, "hard": 2}[level]
        return cls(
            share=(0.04, 0.2, 0.45)[hard] * rng.uniform(0.5, 1.5),
            trims=0.6,
            leads=(0.2, 0.4, 0.6)[hard],
            drops=(0.15, 0.3, 0.4)[hard],
            moves=(0.05, 0.15, 0.3)[hard],
            adds=(0.3, 0.4, 0.5)[hard],
            credits=(0.8, 0.4, 0.12)[hard],
            style=rng.choice([*lexicon.STYLES, ""]),
        )


def copied(rng: random.Random, event: Event, source: Text, habits: Habits, *, least: int = 3) -> tuple[Text, set[str]]:
    """A copy of `source`, before credits, and what was done to it."""
    done: set[str] = set()
    text = [list(paragraph) for paragraph in source]
    if rng.random() < habits.trims and sum(map(len, text)) > least + 2:
        keep = max(least, int(sum(map(len, text)) * rng.uniform(0.45, 0.95)))
        text = _first(text, keep)
        done.add("trim")
    if rng.random() < habits.drops and len(text) > 3:
        del text[rng.randrange(1, len(text))]
        done.add("drop")
    if rng.random() < habits.moves and len(text) > 3:
        at = rng.randrange(1, len(text) - 1)
        text[at], text[at + 1] = text[at + 1], text[at]
        done.add("move")
    text = [[reworded(rng, event, sentence, habits.share) for sentence in paragraph] for paragraph in text]
    if rng.random() < habits.leads:
        done.add("lead")
        head = text[0][0]
        lead = event.told(rng, head.fact, fresh=True) if head.fact is not None else head
        text[0] = [lead, *text[0][1:]]
    if rng.random() < habits.adds:
        done.add("add")
        text = added(rng, event, text)
    if habits.style:
        plain = text
        text = [[styled(event, sentence, habits.style) for sentence in paragraph] for paragraph in text]
        if text != plain:
            done.add("style")
    return text, done


def _first(text: Text, sentences: int) -> Text:
    kept: Text = []
    for paragraph in text:
        if sentences <= 0:
            break
        kept.append(paragraph[:sentences])
        sentences -= len(paragraph)
    return kept


def reworded(rng: random.Random, event: Event, sentence: Sentence, share: float) -> Sentence:
    """A sentence with some of its parts put otherwise; quotations stay. A much reworded one may change its pattern."""
    if sentence.fact is None or not sentence.put:
        return sentence
    put = list(sentence.put)
    for slot, wordings in enumerate(event.facts[sentence.fact]):
        if rng.random() < share:
            put[slot + 1] = rng.choice([k for k in range(len(wordings)) if k != put[slot + 1]])
    if rng.random() < share / 2:
        put[0] = rng.randrange(len(event.patterns))
        put[5] = rng.randrange(len(event.authorities))
    if tuple(put) == sentence.put:
        return sentence
    return event.worded(sentence.fact, tuple(put), sentence)


def added(rng: random.Random, event: Event, text: Text) -> Text:
    """Reporting of the outlet's own: facts that the text does not have, a quotation, somewhere behind the lead."""
    there = {sentence.fact for paragraph in text for sentence in paragraph}
    free = [fact for fact in range(len(event.facts)) if fact not in there]
    own = [event.told(rng, fact, fresh=True) for fact in rng.sample(free, min(len(free), rng.randint(1, 4)))]
    if rng.random() < 0.3:
        own.append(event.quotation(rng, rng.randrange(len(event.quotes)), translated=False))
    text = [list(paragraph) for paragraph in text]
    for paragraph in paragraphs(rng, own):
        text.insert(rng.randint(1, len(text)), paragraph)
    return text


def styled(event: Event, sentence: Sentence, style: str) -> Sentence:
    """A sentence in an outlet's house style. A word that changes is written anew."""
    text = " ".join(word.text for word in sentence.words)
    words = list(sentence.words)
    for old, new in lexicon.STYLES[style].items():
        if old not in text or sentence.kind == "quote":
            continue
        parts, place = old.split(), 0
        while place + len(parts) <= len(words):
            run = [word.text.strip(",.") for word in words[place : place + len(parts)]]
            if run == parts:
                end = words[place + len(parts) - 1].text[len(parts[-1]) :]
                fresh = new.split()
                fresh[-1] += end
                words[place : place + len(parts)] = [event.word(part) for part in fresh]
                place += len(fresh)
            else:
                place += 1
    return replace(sentence, words=tuple(words))


def updated(rng: random.Random, event: Event, source: Text) -> Text:
    """A later version of an outlet's own article: more is known, little is cut, a number may be corrected."""
    text = added(rng, event, source)
    if rng.random() < 0.3:
        text = [[_corrected(rng, event, sentence) for sentence in paragraph] for paragraph in text]
    if rng.random() < 0.2 and len(text) > 4:
        text.pop()
    return text


def _corrected(rng: random.Random, event: Event, sentence: Sentence) -> Sentence:
    words = [
        event.word(str(int(w.text) + rng.randint(1, 9))) if w.text.isdecimal() and rng.random() < 0.3 else w
        for w in sentence.words
    ]
    return replace(sentence, words=tuple(words))


def merged(rng: random.Random, event: Event, texts: Sequence[Text], habits: Habits) -> Text:
    """One article from two sources or three: a stretch of each, in turn."""
    made: Text = []
    held: set[int] = set()
    for source in texts:
        text, _ = copied(rng, event, source, replace(habits, adds=0, leads=0, trims=0))
        at = rng.randint(0, max(0, len(text) // 3))
        for paragraph in text[at : at + max(2, len(text) // 2)]:
            fresh = [s for s in paragraph if s.fact is None or s.fact not in held]
            held.update(s.fact for s in fresh if s.fact is not None)
            if fresh:
                made.append(fresh)
    return made


def credited(rng: random.Random, event: Event, text: Text, name: str, language: str) -> Text:
    """The text with a credit to `name`: behind the first sentence, or as a line at its end."""
    forms = lexicon.CREDITS[language]
    text = [list(paragraph) for paragraph in text]
    if rng.random() < 0.5 and text and text[0]:
        first = text[0][0]
        phrase = rng.choice(forms["lead"]).replace("X", name).split()
        last = first.words[-1]
        words = (*first.words[:-1], Word(last.text.rstrip(".") + ",", last.number), *map(event.word, phrase))
        text[0][0] = replace(first, words=words)
    else:
        text.append([event.written(rng.choice(forms["line"]).replace("X", name), "credit")])
    return text
