"""What a program gives by mistake: each public function says in one line what it got and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lineage import Article, check, compare, find_overlaps, read_articles, scan, trace
from lineage.errors import InputError, UsageError

Call = Callable[[Any], Any]


def both(article: Any) -> list[object]:
    return [compare(article, article)]


def overlaps(articles: Any) -> list[object]:
    return list(find_overlaps(articles))


@pytest.mark.parametrize("call", [overlaps, trace, scan, both])
@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("stories/", "read_articles"),
        (Path("stories"), "read_articles"),
        (["one text", "another"], r"lineage\.Article\(id, text"),
        ([{"id": "a", "text": "text"}], r"lineage\.Article\(id, text"),
        (range(3), r"lineage\.Article\(id, text"),
        (None, "None"),
    ],
)
def test_what_is_no_article_is_told_with_the_cure(call: Call, value: Any, said: str) -> None:
    with pytest.raises(UsageError, match=f"^expected .*{said}"):
        call(value)


@pytest.mark.parametrize("call", [overlaps, trace, scan])
def test_one_article_is_not_many(call: Call) -> None:
    with pytest.raises(UsageError, match=r"\[article\]"):
        call(Article("a", "text"))


def test_an_unknown_profile_is_refused() -> None:
    for rewrites in (True, False):
        with pytest.raises(UsageError, match="'nws'; use 'news' or 'exhaustive'"):
            find_overlaps([], profile="nws", rewrites=rewrites)  # type: ignore[arg-type]
        with pytest.raises(UsageError, match="'nws'"):
            compare(Article("a", ""), Article("b", ""), profile="nws", rewrites=rewrites)  # type: ignore[arg-type]


@pytest.mark.parametrize("call", [overlaps, trace, scan])
def test_what_goes_wrong_in_a_generator_comes_out(call: Call) -> None:
    def feed() -> Iterator[Article]:
        yield Article("a", "text")
        raise ConnectionError("the feed broke")

    with pytest.raises(ConnectionError, match="the feed broke"):
        call(feed())


def test_check_takes_an_article(tmp_path: Path) -> None:
    with scan([Article("a", "text")], archive=tmp_path / "archive"):
        pass
    with pytest.raises(UsageError, match=r"^expected an article, not .*read_articles"):
        check("draft.txt", tmp_path / "archive")  # type: ignore[arg-type]


def test_an_input_of_which_nothing_can_be_read_is_told_apart_from_none(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no article to trace; name a folder"):
        trace(read_articles(tmp_path))
    (tmp_path / "dump.jsonl").write_text("{broken\n")
    with pytest.raises(InputError, match="nothing of the input can be read"):
        trace(read_articles(tmp_path))


def test_paths_are_given_one_by_one() -> None:
    with pytest.raises(UsageError, match="not a list; give them one by one"):
        read_articles(["stories/"])  # type: ignore[arg-type]
