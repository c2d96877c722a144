"""A week of real news, where it is at hand: what is found does not depend on the order in which articles came."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from lineage import Archive, Article, read_articles, scan
from tests.archive.tables import contents, differences

NEWS = Path(__file__).parents[3] / "shared" / "data" / "us-news-2016" / "articles.jsonl.gz"


@pytest.mark.slow
@pytest.mark.skipif(not NEWS.exists(), reason="the real articles are not here")
def test_a_week_of_news_in_any_order(tmp_path: Path) -> None:
    articles = list(read_articles(NEWS))
    shuffled = random.Random(5).sample(articles, len(articles))
    assert compared(articles, shuffled, tmp_path) > 40


def compared(articles: list[Article], shuffled: list[Article], folder: Path) -> int:
    """Scan articles at once, and in another order in three parts; how many stories there are."""
    with Archive.open(folder / "one", write=True) as one, Archive.open(folder / "other", write=True) as other:
        scan(articles, archive=one)
        third = len(shuffled) // 3
        for part in (shuffled[:third], shuffled[third : 2 * third], shuffled[2 * third :]):
            scan(part, archive=other)
        tables = contents(one), contents(other)
    assert not differences(*tables)
    return len(tables[0]["stories"])
