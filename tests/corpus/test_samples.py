"""The written stories say what their truth says: checked by plain word runs that share no code with lineage."""

from __future__ import annotations

import re
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest

from corpus.stories import SAMPLES, KnownEdge, Story, load_stories, read_sample
from lineage.model import Article

RUN = 8
"""Narrated words in a row: shorter ones are formulas that any two newsrooms share."""

STORIES = load_stories()
SEEDS = Path(__file__).parents[2] / ".." / "shared" / "data" / "seeds"
CLOSERS = {"“": "”", "„": "“”", "«": "»", '"': '"'}

each_story = pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)


# --- the plain word-run counter ---------------------------------------------------------------------------


@cache
def words_of(text: str) -> tuple[tuple[str, bool], ...]:
    """The folded words of a text, each with whether it stands in double quotation marks; marks end with the
    paragraph."""
    found = []
    for paragraph in text.split("\n"):
        inside, closers = [], ""
        for char in paragraph:
            if closers and char in closers:
                closers = ""
            elif not closers:
                closers = CLOSERS.get(char, "")
            inside.append(bool(closers))
        found += [(match[0].casefold(), inside[match.start()]) for match in re.finditer(r"\w+", paragraph)]
    return tuple(found)


@cache
def runs_of(text: str, length: int, quoted: bool | None) -> frozenset[tuple[str, ...]]:
    """Every run of so many words: narrated ones, quoted ones, or (None) any."""
    words = words_of(text)
    windows = (words[start : start + length] for start in range(len(words) - length + 1))
    return frozenset(
        tuple(word for word, _ in window)
        for window in windows
        if quoted is None or all(inside is quoted for _, inside in window)
    )


def shared_words(text: str, other: str, length: int = RUN) -> int:
    """How many narrated words of `text` lie in a narrated run of so many words that `other` has too."""
    common, words = runs_of(other, length, quoted=False), words_of(text)
    covered: set[int] = set()
    for start in range(len(words) - length + 1):
        window = words[start : start + length]
        if not any(inside for _, inside in window) and tuple(word for word, _ in window) in common:
            covered.update(range(start, start + length))
    return len(covered)


def test_the_counter_counts_runs_and_leaves_quotations_out() -> None:
    left = "Zero one two three four five six seven eight, “a b c d e f g h i” nine."
    assert shared_words(left, "x one two three four five six seven eight y") == 8
    assert shared_words(left, "one two three four five six seven, then eight") == 0
    assert shared_words(left, "“a b c d e f g h i”") == 0
    assert shared_words(left, "a b c d e f g h i") == 0
    for opening, closing in ("“”", "„“", "«»", '""'):
        marks = [inside for _, inside in words_of(f"x {opening}y y{closing} x {opening}y\nx")]
        assert marks == [False, True, True, False, True, False]


# --- what the truth implies ---------------------------------------------------------------------------------


def texts(story: Story) -> dict[str, str]:
    return {article.id: article.text for article in story.articles}


def parents(story: Story, id: str) -> list[str]:
    return [edge.parent for edge in story.edges if edge.child == id]


def origins(story: Story, id: str) -> set[str]:
    """The article, everything above it, and the sources above those; fails on a cycle by recursion."""
    found = {id} | {f"source {n}" for n, source in enumerate(story.sources) if id in source.children}
    return found.union(*(origins(story, parent) for parent in parents(story, id)))


def unrelated(story: Story) -> list[tuple[Article, Article]]:
    """Pairs of which neither comes from the other, and that have no origin in common."""
    return [(a, b) for a, b in combinations(story.articles, 2) if not origins(story, a.id) & origins(story, b.id)]


def named_in(outlet: str, text: str) -> bool:
    return outlet.removeprefix("The ").casefold() in text.casefold()


EDGES = [(story, edge) for story in STORIES for edge in story.edges]
each_edge = pytest.mark.parametrize(("story", "edge"), EDGES, ids=lambda x: getattr(x, "child", "") or x.name)


# --- the collection -----------------------------------------------------------------------------------------


def test_the_collection_is_wide_and_small() -> None:
    assert len(STORIES) >= 8
    assert len({story.case for story in STORIES}) >= 7
    assert len({language for story in STORIES for language in story.languages}) >= 3
    assert {article.precision for story in STORIES for article in story.articles} == {
        "instant",
        "day",
        "unknown",
    }
    assert sum(path.stat().st_size for path in SAMPLES.rglob("*") if path.is_file()) < 200_000


def test_a_file_without_front_matter_is_refused(tmp_path: Path) -> None:
    for text in ("No fence.\n", "---\noutlet: A\nNo second fence.\n", "---\nmood: glad\n---\nText.\n"):
        path = tmp_path / "article.txt"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(ValueError, match="front matter"):
            read_sample(path)


# --- each story is well formed ------------------------------------------------------------------------------


@each_story
def test_every_article_is_a_whole_one(story: Story) -> None:
    assert story.name == story.folder.name
    assert 4 <= len(story.articles) <= 12
    assert {article.language for article in story.articles} == set(story.languages)
    for article in story.articles:
        assert article.outlet
        assert article.title
        least = 120 if article.language == "ar" else 145  # Arabic writes its articles and prepositions attached
        assert least <= len(article.text.split()) <= 450, article.id


@each_story
def test_the_truth_speaks_of_articles_that_exist(story: Story) -> None:
    ids = texts(story).keys()
    linked = {id for edge in story.edges for id in (edge.child, edge.parent)}
    linked |= {child for source in story.sources for child in source.children}
    assert linked <= ids
    assert set(story.independent) == ids - linked
    assert len({(edge.child, edge.parent) for edge in story.edges}) == len(story.edges)


@each_story
def test_there_is_no_cycle_and_the_origins_add_up(story: Story) -> None:
    children = {edge.child for edge in story.edges}
    children |= {child for source in story.sources for child in source.children}
    roots = [article.id for article in story.articles if article.id not in children]
    assert story.origins == len(roots) + len(story.sources)
    for article in story.articles:
        assert not any(article.id in origins(story, parent) for parent in parents(story, article.id))


# --- the texts bear the truth out ---------------------------------------------------------------------------


@each_edge
def test_a_child_shares_narration_with_its_parent(story: Story, edge: KnownEdge) -> None:
    text = texts(story)
    assert shared_words(text[edge.child], text[edge.parent]) >= 60


@each_edge
def test_nobody_above_or_beside_shares_more_with_a_child_than_its_parents(story: Story, edge: KnownEdge) -> None:
    text = texts(story)
    mine = parents(story, edge.child)
    best = max(shared_words(text[edge.child], text[parent]) for parent in mine)
    others = [id for id in text if edge.child not in origins(story, id) and id not in mine]
    assert all(shared_words(text[edge.child], text[other]) < best for other in others)


@each_edge
def test_a_credit_is_written_where_the_truth_has_one(story: Story, edge: KnownEdge) -> None:
    outlet = {article.id: article.outlet or "" for article in story.articles}
    same_outlet = outlet[edge.child] == outlet[edge.parent]
    assert same_outlet == (edge.kind == "update")
    assert edge.credited == (not same_outlet and named_in(outlet[edge.parent], texts(story)[edge.child]))


@each_edge
def test_direction_can_be_told_unless_a_clock_is_needed(story: Story, edge: KnownEdge) -> None:
    child, parent = texts(story)[edge.child], texts(story)[edge.parent]
    longer_tail = tail(parent, child) - tail(child, parent)
    longer = len(words_of(child)) - len(words_of(parent))
    if edge.needs_clock:
        assert not edge.credited
        assert abs(longer_tail) <= 5
        assert abs(longer) <= 5
    else:
        grown = edge.kind == "update" and longer >= 25
        trimmed = edge.kind == "copy" and longer_tail >= 15
        assert edge.credited or grown or trimmed or has_readings_of(story, edge)


def tail(text: str, other: str) -> int:
    """How many words of `text` follow the last run that it shares with `other`."""
    words, common = words_of(text), runs_of(other, RUN, quoted=None)
    ends = [
        start + RUN
        for start in range(len(words) - RUN + 1)
        if tuple(word for word, _ in words[start : start + RUN]) in common
    ]
    return len(words) - max(ends, default=0)


def has_readings_of(story: Story, edge: KnownEdge) -> bool:
    """Whether the parent's own changes to its parent show in the child: the child must have come later."""
    text = texts(story)
    beyond = runs_of(text[edge.child], RUN, quoted=False) & runs_of(text[edge.parent], RUN, quoted=False)
    return any(len(beyond - runs_of(text[above], RUN, quoted=False)) >= 25 for above in parents(story, edge.parent))


@each_story
def test_children_of_a_source_share_its_narration(story: Story) -> None:
    text = texts(story)
    for source in story.sources:
        for child in source.children:
            siblings = [other for other in source.children if other != child]
            shared = [shared_words(text[child], text[other]) for other in siblings]
            assert not shared or (max(shared) >= 60 and min(shared) >= 25), child


@each_story
def test_a_source_has_a_name_only_if_a_child_names_it(story: Story) -> None:
    text = texts(story)
    for source in story.sources:
        if source.name is None:
            assert all(re.search(r"\bfeed\b", text[child]) for child in source.children)
        else:
            assert any(named_in(source.name, text[child]) for child in source.children)


@each_story
def test_articles_without_a_common_origin_share_no_narration(story: Story) -> None:
    for a, b in unrelated(story):
        common = runs_of(a.text, RUN, quoted=False) & runs_of(b.text, RUN, quoted=False)
        assert not common, (a.id, b.id, min(common))


@each_story
def test_the_quotation_relations_are_complete(story: Story) -> None:
    found = {
        (a.id, b.id)
        for a, b in unrelated(story)
        if runs_of(a.text, RUN, quoted=True) & runs_of(b.text, RUN, quoted=True)
    }
    assert set(story.quotation_relations) == found


# --- what makes a class of case -----------------------------------------------------------------------------


def of_case(case: str) -> list[Story]:
    found = [story for story in STORIES if story.case == case]
    assert found
    return found


def test_in_a_chain_the_middle_link_shows_in_the_last() -> None:
    for story in of_case("chain"):
        links = [edge for edge in story.edges if parents(story, edge.parent)]
        assert links
        assert all(has_readings_of(story, edge) for edge in links)


def test_a_merge_takes_different_passages_from_parents_that_share_nothing() -> None:
    for story in of_case("merge"):
        text = texts(story)
        merged = [id for id in text if len(parents(story, id)) == 2]
        assert merged
        for id in merged:
            left, right = (text[parent] for parent in parents(story, id))
            assert shared_words(left, right) == 0


def test_stories_of_quotations_only_have_long_ones_and_no_edge() -> None:
    for story in of_case("quotations-only"):
        assert not story.edges
        assert not story.sources
        assert len(story.quotation_relations) >= 3
        for a, b in story.quotation_relations:
            left, right = texts(story)[a], texts(story)[b]
            assert runs_of(left, 12, quoted=True) & runs_of(right, 12, quoted=True)


def test_a_translated_quotation_agrees_in_the_copy_and_nowhere_else() -> None:
    for story in of_case("translated-quotation"):
        assert not story.quotation_relations
        for edge in story.edges:
            child, parent = texts(story)[edge.child], texts(story)[edge.parent]
            assert runs_of(child, RUN, quoted=True) & runs_of(parent, RUN, quoted=True)


def test_updates_are_copied_from_the_middle() -> None:
    for story in of_case("updates"):
        updated = {edge.parent for edge in story.edges if edge.kind == "update"}
        copies = [edge for edge in story.edges if edge.kind == "copy"]
        assert len(updated) >= 2
        assert copies
        assert all(edge.parent in updated and parents(story, edge.parent) for edge in copies)


# --- nothing is borrowed ------------------------------------------------------------------------------------


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the measuring data are not beside this checkout")
def test_no_twelve_words_come_from_the_seed_articles() -> None:
    seeds = [path.read_text(encoding="utf-8") for path in sorted(SEEDS.glob("*.txt"))]
    assert seeds
    borrowed = frozenset[tuple[str, ...]]().union(*(runs_of(seed, 12, quoted=None) for seed in seeds))
    for story in STORIES:
        for article in story.articles:
            assert not runs_of(f"{article.title}\n{article.text}", 12, quoted=None) & borrowed, article.id
