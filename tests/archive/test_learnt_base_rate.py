"""What a scan learns of how usual sources are that are not in the archive, and the stories that this changes."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest

from corpus.newsroom import generate
from lineage import Archive, Article, Settings, check, scan, telling, trace
from lineage.model import Lineage
from lineage.telling import retold
from tests.archive.dumps import dump
from tests.archive.tables import contents, differences

AGENCY = "Reuters"
OUTLETS = ("Brinemoor Courier", "The Tolvane Advertiser", "Evening Marsh", "Cobbleton Star")


def press(stories: int, seed: int = 1) -> list[Article]:
    """Stories that three papers print, with a few words changed by each, and the agency's name under the text."""
    rng = random.Random(seed)
    made: list[Article] = []
    for number, report in enumerate(dump(stories, seed, copies=0, furniture=False)):
        for outlet in rng.sample(OUTLETS, 3):
            words = report.text.split(" ")
            for _ in range(4):
                words[rng.randrange(len(words))] = rng.choice(words)
            made.append(Article(f"{seed}-{number:03}-{outlet}", f"{' '.join(words)}\n\n({AGENCY})", outlet))
    return made


@cache
def copies() -> tuple[Article, ...]:
    """Articles that credit nobody, each with one that `trace` takes for a copy of it."""
    made: list[Article] = []
    for seed in range(20):
        story = generate(seed, "easy", size=(6, 8)).articles
        for one, other in combinations(story, 2):
            found = trace([one, other])
            if found.derivations and not found.credits:
                made += (replace(article, id=f"copy-{seed}-{article.id}") for article in (one, other))
                break
    return tuple(made)


def wires_of(archive: Archive) -> set[float]:
    return {row[2] for row in archive.held.catalogue.rows("told")}


def told(archive: Archive, table: str) -> int:
    """In how many rows of a table an article that credits nobody is the child."""
    return sum(row["child"].startswith("copy") for row in archive.table(table))


def base_rates(found: Lineage) -> set[float]:
    """The weights of the ledgers' rows of that kind."""
    ledgers = [rows for source in found.sources for rows in source.reasons.values()]
    return {row.weight for rows in ledgers for row in rows if row.kind == "base rate"}


def test_a_press_that_names_its_agency_is_believed_where_it_does_not(tmp_path: Path) -> None:
    articles = [*press(70), *copies()]
    assert len(copies()) > 10
    said = Settings.from_mapping({"descent": {"wires": 0.01}})  # as good as none, and none is learnt
    with scan(articles, settings=said) as fixed, scan(articles, archive=tmp_path / "a") as learnt:
        rate = learnt.archive.base_rate
        assert fixed.archive.base_rate == 0
        assert rate >= 1
        assert any(f"{math.exp(rate):.2g} times" in noted.reason for noted in learnt.skipped)
        assert told(fixed.archive, "derivations") > told(learnt.archive, "derivations")
        assert told(fixed.archive, "sources") < told(learnt.archive, "sources")
        assert wires_of(learnt.archive) == {rate}
        children = {row["child"] for row in learnt.archive.table("sources")}
        names = [article for article in copies() if article.id in children]
        assert base_rates(retold(learnt.archive, names[0].id)) == {rate}
        again = (check(replace(copy, id="other", outlet=OUTLETS[3]), learnt.archive).lineage for copy in names)
        assert {weight for found in again if found is not None for weight in base_rates(found)} == {rate}


@pytest.mark.parametrize("probed", [2_000, 20])
def test_the_order_of_arrival_means_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, probed: int) -> None:
    """Not even if the first scan learns another value than the last."""
    monkeypatch.setattr(telling, "PROBED", probed)
    late = press(40)
    with scan([*late, *copies()], archive=tmp_path / "once") as once:
        whole = contents(once.archive)
    with scan(copies(), archive=tmp_path / "parts") as parts:
        assert parts.archive.base_rate == 0
    with scan(late, archive=tmp_path / "parts", workers=2) as parts:
        assert wires_of(parts.archive) == {parts.archive.base_rate}
        assert differences(whole, contents(parts.archive)) == []


def test_what_was_told_is_told_anew_only_if_the_value_changes(tmp_path: Path) -> None:
    scan(press(40), archive=tmp_path / "a").close()
    seen: list[int] = []

    def progress(stage: str, done: int, total: int | None) -> None:
        if stage == "stories":
            seen.append(done)

    with scan(press(1, seed=2), archive=tmp_path / "a", on_progress=progress) as done:
        assert wires_of(done.archive) == {done.archive.base_rate}
    assert max(seen) == 1
