"""Articles that are too short, too long, too many alike, or in scripts whose folding changes their length."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

from lineage.finding import find_overlaps
from lineage.model import Article
from lineage.settings import Settings

ROOT = Path(__file__).parents[2]


def words(count: int, seed: int, vocabulary: int = 5000) -> str:
    random_ = random.Random(seed)
    return " ".join(f"w{random_.randrange(vocabulary)}" for _ in range(count))


@pytest.mark.parametrize("texts", [[], [""], ["", ""], ["one"], ["one", "one"], [" \n\t "], ["a b c d"] * 3])
def test_next_to_nothing(texts: list[str]) -> None:
    assert list(find_overlaps(Article(str(n), text) for n, text in enumerate(texts))) == []


def test_one_article_is_a_corpus() -> None:
    assert list(find_overlaps([Article("1", words(300, 1) + " " + words(300, 1))])) == []


def test_an_article_of_one_word_over_and_over() -> None:
    found = list(find_overlaps([Article("1", "word " * 3000), Article("2", "word " * 2000)]))
    assert [(o.a, o.b) for o in found] == [("1", "2")]
    assert found[0].b_in_a == 1.0


@pytest.mark.parametrize("count", [30, 200])
def test_all_alike(count: int) -> None:
    settings = Settings.from_mapping({"overlap": {"max_holders": 50}})
    stream = find_overlaps([Article(f"{n:03}", words(200, 1)) for n in range(count)], settings=settings)
    found = list(stream)
    assert all(o.a_in_b == 1.0 and len(o.passages) == 1 for o in found)
    if count <= 50:
        assert len(found) == count * (count - 1) // 2
        assert stream.crowded == 0
    else:  # a star
        assert [(o.a, o.b) for o in found] == [("000", f"{n:03}") for n in range(1, count)]
        assert stream.crowded > 0


SCRIPTS = {  # a sentence about a ship that left a harbour
    "Arabic": "قَالَتْ الوزارةُ إنّ ـــ السفينةَ غادرت الميناءَ قبل الفجر وإن طاقمها كله بخير ولم يصب أحد منهم بأذى",
    "Chinese": "港务局周三表示这艘货船在黎明前已经离开码头船上所有人员平安没有人受伤调查仍在继续",
    "Thai": "สำนักงานท่าเรือแถลงเมื่อวันพุธว่าเรือบรรทุกสินค้าออกจากท่าก่อนรุ่งสาง",
    "emoji": "the 🚢 left the harbour 👩‍👩‍👧 before dawn 🌅️ and all of its crew 🇩🇪 were safe ☑︎ said the port",
    "combining": "le bateau a quitte\u0301 le port avant l\u2019aube et les ho\u0302tes e\u0301taient sains et saufs",
    "Turkish": "Iğdır'da İSTANBUL limanından ayrılan gemi ışıkları söndürdü ve yolcular iyi dedi İdris",
    "ligatures": "Die Straße zum Haﬀen war geﬂutet, daß groﬁe Schiﬀe auﬂiefen, ﬁel niemandem auf, sagte ein Oﬃzier",
}


@pytest.mark.parametrize("script", SCRIPTS)
def test_offsets_slice_what_is_shared_in_any_script(script: str) -> None:
    passage = SCRIPTS[script]
    one = Article("1", f"{words(40, 1)}. {passage}. {words(40, 2)}")
    other = Article("2", f"ẞ{words(55, 3)}\u00ad. {passage}. {words(9, 4)}")
    (overlap,) = find_overlaps([one, other])
    (shared,) = overlap.passages
    mine, theirs = one.text[shared.a.start : shared.a.end], other.text[shared.b.start : shared.b.end]
    assert mine == theirs
    assert len(mine) >= 0.9 * len(passage)


def alone(code: str) -> str:
    """What a program prints in a process of its own, so that its memory is not counted to that of other tests."""
    program = f"from tests.overlap.test_bad_input import *\n{code}"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    return done.stdout.strip()


@pytest.mark.slow
def test_fifty_megabytes() -> None:
    code = """
text = words(8_000_000, 5, vocabulary=10**6)
found = list(find_overlaps([Article("long", text), Article("short", text[25_000_000:25_004_000])]))
print(len(text) > 50_000_000, [(o.a, o.b) for o in found], found[0].b_in_a > 0.99)
"""
    assert alone(code) == "True [('long', 'short')] True"


@pytest.mark.slow
def test_a_hundred_thousand_copies() -> None:
    code = """
text = words(400, 6)
stream = find_overlaps(Article(str(n), text) for n in range(100_000))
print(sum(1 for _ in stream), stream.crowded > 0)
"""
    assert alone(code) == "99999 True"
