"""How shares, probabilities and times are said."""

from __future__ import annotations

import pytest

from lineage.model import Article, Origins
from lineage.reports.wording import age, apart, count, joined, name, origins, percent, spoken, when


@pytest.mark.parametrize(
    ("share", "said"),
    [(0, "0 %"), (0.001, "under 1 %"), (0.005, "under 1 %"), (0.706, "71 %"), (0.999, "99 %"), (1, "100 %")],
)
def test_all_and_nothing_are_said_only_of_all_and_nothing(share: float, said: str) -> None:
    assert percent(share).replace("\u00a0", " ") == said


def test_probabilities_have_words() -> None:
    words = [spoken(probability).split(" (")[0] for probability in (0.95, 0.8, 0.6, 0.59)]
    assert words == ["almost certainly", "very probably", "probably", "perhaps"]


@pytest.mark.parametrize(
    ("published", "said"),
    [
        (None, ""),
        ("2024-12-19", "19 Dec 2024"),
        ("2024-12-19T10:05:00", "19 Dec 2024 10:05"),
        ("2024-12-19T10:05:00Z", "19 Dec 2024 10:05"),
        ("2024-12-19T10:05:00+05:30", "19 Dec 2024 10:05 +05:30"),
        ("last\nTuesday", "last Tuesday"),
    ],
)
def test_a_time_is_said_as_precisely_as_it_is_known(published: str | None, said: str) -> None:
    assert when(Article("a", "Words.", published=published)) == said


def test_age_sorts_by_the_instant() -> None:
    times = ["2025-01-01T23:30:00+00:00", "2025-01-02T00:15:00+01:00", "2025-01-02T09:00:00+09:00", None, "soon"]
    articles = [Article(str(number), "Words.", published=time) for number, time in enumerate(times)]
    assert [article.id for article in sorted(articles, key=age)] == ["1", "0", "2", "3", "4"]
    age(Article("a", "Words.", published="0001-01-01T00:00:00+14:00"))  # before the first year, in UTC


def test_names() -> None:
    post, other = Article("1", "Words.", "Post"), Article("2", "Words.", "Post", guessed=("outlet",))
    assert (name(post), name(other), name(Article("x\x1b[2J", "Words.", "\u200b"))) == ("Post", "Post?", "x")
    assert apart(post, other) == ("Post", "Post?")
    assert apart(post, post) == ("Post [1]", "Post [1]")
    assert joined(["a", "b", "c"]) == "a, b and c"
    assert joined(list("abcdef")) == "a, b, c, d and 2 more"
    assert (count(1, "article"), count(1234, "article")) == ("1 article", "1,234 articles")


def test_an_interval_is_said_where_there_is_one() -> None:
    assert origins(Origins(1, 1, 1)) == "1 independent origin"
    assert origins(Origins(3, 2, 4)) == "3 independent origins (2–4)"
