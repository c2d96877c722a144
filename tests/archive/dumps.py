"""Small dumps of made-up news: words without meaning, copies, boilerplate, versions, several scripts."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

from lineage.model import Article

OUTLETS = ("Morning Ledger", "Harbour Post", "Valley Times", "Die Warte", "النهار الجديد", "山城晚报")
BEGAN = datetime(2026, 3, 1, 6, tzinfo=UTC)


def dump(count: int, seed: int = 1, *, copies: float = 0.3, furniture: bool = True) -> list[Article]:
    """Articles of 60 to 160 words: a share of them takes half or all of another; each outlet has a line of its own
    under every article; every thirtieth comes again, changed, under the same id.
    """
    rng = random.Random(seed)
    lines = {outlet: " ".join(f"{word}line" for word in _words(rng, 24)) for outlet in OUTLETS}
    made: list[Article] = []
    bodies: list[list[str]] = []
    for number in range(count):
        outlet = rng.choice(OUTLETS)
        own = _words(rng, rng.randint(60, 160), outlet)
        if bodies and rng.random() < copies:
            taken = rng.choice(bodies[-50:])
            part = taken if rng.random() < 0.5 else taken[: len(taken) // 2]
            own = [word if rng.random() > 0.02 else "changed" for word in part] + own[: rng.randint(0, 40)]
            if rng.random() < 0.3:
                own = ["According", "to", made[-1].outlet or "", *own]
        bodies.append(own)
        text = _sentences(own) + (f"\n\n{lines[outlet]}" if furniture else "")
        id = f"a{number:05d}" if number % 30 or not number else made[number // 2].id
        made.append(Article(id, text, outlet, BEGAN + timedelta(minutes=number), f"Title {number}"))
    return made


def _words(rng: random.Random, count: int, outlet: str = "") -> list[str]:
    if outlet == "山城晚报":
        return ["".join(chr(rng.randrange(0x4E00, 0x5E00)) for _ in range(2)) for _ in range(count)]
    if outlet == "النهار الجديد":
        return ["".join(chr(rng.randrange(0x0627, 0x063A)) for _ in range(5)) for _ in range(count)]
    return [f"w{rng.randrange(10**6)}" for _ in range(count)]


def _sentences(words: list[str]) -> str:
    return " ".join(word + ("." if place % 12 == 11 else "") for place, word in enumerate(words))


def write(articles: list[Article], path: Path) -> Path:
    """The articles as JSON lines."""
    with path.open("w", encoding="utf-8") as file:
        for article in articles:
            fields = ("id", "text", "outlet", "title")
            row = {name: getattr(article, name) for name in fields}
            file.write(json.dumps({**row, "published": str(article.published)}, ensure_ascii=False) + "\n")
    return path
