"""The second newsroom: its truth is exact, its levels and clocks are what they say, and nothing gives descent away."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime
from difflib import SequenceMatcher
from functools import cache
from itertools import combinations
from random import Random
from statistics import mean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.newsroom_realism import kept_runs
from benchmarks.newsroom_realism import main as compare_with_news
from corpus.newsroom.bureau import LEVELS, Edge, GeneratedStory, LevelName, ceiling, generate, truth_document
from corpus.newsroom.bureau.__main__ import main
from corpus.newsroom.bureau.book import LANGUAGES, open_book
from corpus.newsroom.bureau.clocks import KINDS, STEPS
from corpus.newsroom.bureau.event import happen
from corpus.newsroom.bureau.generating import make
from corpus.newsroom.bureau.grammar import Choice, choice
from corpus.newsroom.bureau.oracle import best_tree, oracle
from corpus.newsroom.bureau.truth import tell_truth
from corpus.newsroom.bureau.units import Unit, draw
from lineage.text.credits import find_credits
from lineage.text.outlets import Registry

RUN = 12  # narrated words in a row that texts of different origin never share
WORD = re.compile(r"\w+(?:['’-]\w+)*")
EACH_LEVEL: tuple[LevelName, ...] = ("easy", "medium", "hard")


@cache
def stories(level: LevelName, count: int = 40) -> tuple[GeneratedStory, ...]:
    return tuple(generate(seed, level) for seed in range(1000, 1000 + count))


def every_story() -> list[GeneratedStory]:
    return [story for level in EACH_LEVEL for story in stories(level)]


def words(text: str) -> list[str]:
    return WORD.findall(text.lower())


def changed(story: GeneratedStory, edge: Edge) -> float:
    """The share of the child's taken words that are not the parent's, in order."""
    text = {article.id: article.text for article in story.articles}
    equal = total = 0
    for child, parent in edge.stretches:
        one, other = words(text[edge.child][slice(*child)]), words(text[edge.parent][slice(*parent)])
        total += len(one)
        equal += sum(m.size for m in SequenceMatcher(None, one, other, False).get_matching_blocks())
    return 1 - equal / max(1, total)


def narrated_runs(text: str, furniture: tuple[tuple[int, int], ...]) -> set[tuple[str, ...]]:
    """Runs of twelve words outside quotation marks and page furniture."""
    for start, end in furniture:
        text = text[:start] + "◆" * (end - start) + text[end:]
    runs: set[tuple[str, ...]] = set()
    for narration in re.split('[“”"]', text)[::2]:
        for piece in narration.split("◆"):
            found = words(piece)
            runs.update(zip(*(found[i:] for i in range(RUN)), strict=False))
    return runs


# --- the same everywhere -----------------------------------------------------------------------------------------


def test_the_same_arguments_give_the_same_story_in_another_process() -> None:
    code = "from corpus.newsroom.bureau import generate; print(ascii(generate(5, 'hard', clocks='mixed')))"
    command = [sys.executable, "-c", code]
    runs = [
        subprocess.run(
            command, capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": hashes, "PYTHONPATH": "."}
        )
        for hashes in ("1", "2")
    ]
    assert runs[0].stdout == runs[1].stdout == ascii(generate(5, "hard", clocks="mixed")) + "\n"


def test_seeds_levels_and_parts_differ() -> None:
    texts = {
        generate(seed, level, split=split).articles[0].text
        for seed in (1, 2)
        for level in EACH_LEVEL
        for split in ("train", "held")
    }
    assert len(texts) == 12


# --- the truth ---------------------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**9), level=st.sampled_from(EACH_LEVEL), clocks=st.sampled_from([*KINDS, "mixed"]))
def test_truth_is_consistent(seed: int, level: LevelName, clocks: str) -> None:
    story = generate(seed, level, clocks=clocks)  # type: ignore[arg-type]
    text = {article.id: article.text for article in story.articles}
    truth = story.truth
    assert 4 <= len(text) <= 14
    assert set(truth.classes) == set(text)
    above = {edge.child for edge in truth.edges} | {child for source in truth.unseen for child in source.children}
    assert truth.origins == sum(id not in above for id in text) + len(truth.unseen)
    for edge in truth.edges:
        assert edge.child != edge.parent
        last = 0
        for child, parent in edge.stretches:
            assert last <= child.start < child.end <= len(text[edge.child])
            assert 0 <= parent.start < parent.end <= len(text[edge.parent])
            last = child.end
    for id in truth.independent:
        assert truth.classes[id] == "not"
        assert id not in above
    order = {edge.child: edge.parent for edge in truth.edges}
    for start in order:  # nobody stands above himself
        seen, at = set(), start
        while at in order:
            assert at not in seen
            seen.add(at)
            at = order[at]
    for source in truth.unseen:
        assert source.children
        assert source.text
        assert set(source.children) <= set(text)


def test_stretches_hold_the_words_that_were_taken() -> None:
    """Each edge's stretches share words, and every single one is nearer to its own than to another of the parent."""
    rng, right, total = Random(1), 0, 0
    for story in every_story():
        text = {article.id: article.text for article in story.articles}
        for edge in story.truth.edges:
            if edge.decidable:
                assert changed(story, edge) < 0.93, (story.seed, story.level, edge)
            child, parent = rng.choice(edge.stretches)
            taken, source = set(words(text[edge.child][slice(*child)])), text[edge.parent]
            own = len(taken & set(words(source[slice(*parent)])))
            length, start = parent[1] - parent[0], rng.randrange(len(source))
            total += 1
            right += own >= len(taken & set(words(source[start : start + length])))
    assert total > 300
    assert right / total > 0.97


def test_what_an_edge_leaves_out_is_not_in_the_parent() -> None:
    """No copy without truth: what a child shares word for word with an article, it has by a common origin."""
    for story in every_story():
        text = {article.id: article.text for article in story.articles}
        furniture = story.truth.furniture
        runs = {id: narrated_runs(text[id], furniture[id]) for id in text}
        for one, other in story.truth.unrelated:
            assert not runs[one] & runs[other], (story.seed, story.level, one, other, runs[one] & runs[other])


def test_the_hard_negatives_are_hard() -> None:
    """Independent reports of one event share names, numbers and quotations."""
    shared = []
    for story in every_story():
        text = {article.id: set(words(article.text)) for article in story.articles}
        rare = {id: {w for w in text[id] if w.isdigit() or len(w) > 7} for id in text}
        shared += [len(rare[one] & rare[other]) for one, other in story.truth.unrelated]
    assert len(shared) > 200
    assert mean(shared) > 8
    assert sum(len(story.truth.relations) for story in every_story()) > 50


def test_quote_relations_share_a_quotation_and_no_origin() -> None:
    for story in every_story():
        text = {article.id: " ".join(words(article.text)) for article in story.articles}
        assert set(story.truth.relations) <= story.truth.unrelated | {(b, a) for a, b in story.truth.unrelated}
        for one, other in story.truth.relations:
            mine = text[one].split()
            assert any(" ".join(mine[i : i + 8]) in text[other] for i in range(len(mine) - 7))


def test_credits_and_decoys_stand_where_the_truth_says() -> None:
    kinds: Counter[str] = Counter()
    for story in every_story():
        text = {article.id: article.text for article in story.articles}
        for credit in story.truth.credits:
            if credit.name:
                assert credit.name in text[credit.article][slice(*credit.span)]
            kinds["inherited" if credit.inherited else "own"] += 1
        for decoy in story.truth.decoys:
            assert decoy.name in text[decoy.article][slice(*decoy.span)]
            kinds[decoy.kind] += 1
        names = {credit.source: credit.name for credit in story.truth.credits if credit.name}
        for source in story.truth.unseen:
            assert source.name is None or source.name in names.values()
    assert min(kinds[k] for k in ("inherited", "own", "credit", "venue", "photo", "mention")) >= 10


def test_the_credit_reader_finds_most_credits() -> None:
    """The forms are those of news: the library's own reader, written without them, knows most of them."""
    shipped, found, total = Registry.load(), 0, 0
    for story in stories("easy")[:16]:
        text = {article.id: article.text for article in story.articles}
        registry = shipped.with_outlets(sorted({a.outlet for a in story.articles if a.outlet}))
        for credit in story.truth.credits:
            if credit.name and registry.resolve(credit.name):
                total += 1
                start, end = credit.span
                seen = find_credits(text[credit.article], registry)
                found += any(c.is_source and c.span.start < end and start < c.span.end for c in seen)
    assert total > 50
    assert found / total > 0.8


# --- levels, operators, parts ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "low", "high"), [("easy", 0.015, 0.05), ("medium", 0.10, 0.19), ("hard", 0.28, 0.43)]
)
def test_share_of_changed_words(level: LevelName, low: float, high: float) -> None:
    shares = [changed(s, e) for s in stories(level) for e in s.truth.edges if e.kind == "copy"]
    assert low < mean(shares) < high


def test_two_desks_do_not_hit_upon_the_same_words() -> None:
    """What two copies of one text both put otherwise, each puts in a way of its own."""
    both = 0
    for seed in range(20):
        nodes = make(seed, "hard", "none", "train").record.nodes
        taken: dict[tuple[int, int], list[Unit]] = {}
        for unit in (unit for node in nodes for unit in node.draft.content() if unit.kind == "plain"):
            for source in unit.took:
                taken.setdefault(source, []).append(unit)
        first = {(node.number, unit.uid): unit for node in nodes for unit in node.draft.content()}
        for source, units in taken.items():
            for one, other in combinations(units, 2):
                templates = {one.template.key + str(one.aside), other.template.key + str(other.aside)}
                was = first[source].template.key + str(first[source].aside)
                if was not in templates:
                    both += 1
                    assert len(templates) == 2, (seed, one.text, other.text)
    assert both > 100


def test_length_alone_decides_little() -> None:
    """That the parent is the longer is true more often than not on easy stories, and about even on hard ones."""
    rates = {}
    for level in EACH_LEVEL:
        longer = [
            len(text[e.parent]) > len(text[e.child])
            for s in stories(level, 120)
            for text in [{a.id: a.text for a in s.articles}]
            for e in s.truth.edges
            if e.kind == "copy"
        ]
        rates[level] = mean(longer)
    assert 0.65 < rates["easy"] < 0.9
    assert 0.4 < rates["medium"] < 0.75
    assert 0.4 < rates["hard"] < 0.7


def test_ids_and_order_say_nothing() -> None:
    first = []
    for story in every_story():
        place = {article.id: number for number, article in enumerate(story.articles)}
        first += [place[e.parent] < place[e.child] for e in story.truth.edges]
        first += [int(e.parent[1:]) < int(e.child[1:]) for e in story.truth.edges]
    assert 0.44 < mean(first) < 0.56


def test_words_lean_neither_way() -> None:
    """Rewording has the odds of writing: children's words are no longer, shorter or rarer than their parents'."""
    lean = []
    for story in stories("hard"):
        text = {article.id: article.text for article in story.articles}
        for edge in story.truth.edges:
            one = [w for c, _ in edge.stretches for w in words(text[edge.child][slice(*c)])]
            other = [w for _, p in edge.stretches for w in words(text[edge.parent][slice(*p)])]
            lean.append(mean(map(len, one)) - mean(map(len, other)))
    assert abs(mean(lean)) < 0.08  # letters a word


OPERATORS = {
    "copy", "update", "correction", "tail trimmed", "paragraphs dropped", "paragraphs reordered", "lead rewritten",
    "sentence reworded", "words replaced", "attribution moved", "sentences merged", "sentence split", "house style",
    "own reporting added", "credit inserted", "credit inherited", "credit stripped", "sources merged", "decoy credit",
    "photo credit", "interview", "mention", "page furniture", "quotation shortened",
}  # fmt: skip


def test_every_operator_occurs() -> None:
    done: Counter[str] = Counter()
    for story in every_story():
        done.update(story.operators)
    assert done.keys() == OPERATORS
    assert min(done.values()) >= 5


def test_parts_share_no_template_form_or_name() -> None:
    for language in LANGUAGES:
        train, held = open_book(language, "train"), open_book(language, "held")

        def keys(book) -> set[object]:  # type: ignore[no-untyped-def]
            facts = [f for kind in book.kinds for f in (kind.headline, kind.lead, *kind.facts)]
            facts += [*book.shared, book.statement, book.quote_one, book.quote_two]
            return {template.parts for fact in facts for template in fact.templates}

        assert not keys(train) & keys(held), language
        for field in ("inline", "clause", "end", "notice", "venue", "photo"):
            assert not set(getattr(train.credits, field)) & set(getattr(held.credits, field))
        for name in ("surnames", "towns", "wires", "outlet_heads", "company"):
            assert not set(train.names[name]) & set(held.names[name])


def test_there_is_much_to_tell() -> None:
    book = open_book("en", "all")
    assert len(book.kinds) >= 12
    facts = [fact for kind in book.kinds for fact in kind.facts if not fact.quoted]
    assert all(len(fact.templates) >= 5 for fact in facts)
    assert all(len(kind.lead.templates) >= 8 for kind in book.kinds)
    sets = {id(c): c for c in book.lexicon.entries.values() if not c.house}
    assert all(len(c.options) >= 4 for c in sets.values())


def test_every_template_can_be_filled() -> None:
    for language in LANGUAGES:
        rng, book = Random(language), open_book(language, "all")
        done = set()
        for _ in range(400):
            event = happen(rng, book)
            done.add(event.kind.name)
            slots = event.stages[0]
            for fact in event.facts.values():
                for template in fact.templates:
                    for part in template.choices:
                        assert isinstance(part, Choice) or part.name in slots, (template.key, part)
                    assert not fact.speaker or fact.speaker in slots
        assert done == {kind.name for kind in book.kinds}


def test_drawing_anew_keeps_the_odds() -> None:
    """The chain that rewording runs is reversible: from a to b as often as from b to a."""
    made, rng = choice(["a:5", "b:2", "c:1", "d:1"]), Random(3)
    steps: Counter[tuple[int, int]] = Counter()
    at = made.draw(rng)
    for _ in range(60_000):
        new = made.draw(rng) if rng.random() < 0.5 else at
        steps[at, new] += 1
        at = new
    for one, other in combinations(range(4), 2):
        assert steps[one, other] == pytest.approx(steps[other, one], rel=0.15)


# --- clocks ------------------------------------------------------------------------------------------------------


def instants(kind: str) -> list[tuple[datetime, datetime]]:
    """Stamps of child and parent of every edge."""
    pairs = []
    for seed in range(30):
        story = generate(seed, "medium", clocks=kind)  # type: ignore[arg-type]
        when = {article.id: article.published for article in story.articles}
        pairs += [(when[e.child], when[e.parent]) for e in story.truth.edges]
    return pairs  # type: ignore[return-value]


def test_clocks_are_what_they_say() -> None:
    assert all(child is None and parent is None for child, parent in instants("none"))
    assert all(type(child) is date and (parent - child).days <= 1 for child, parent in instants("day"))
    assert all(child > parent for child, parent in instants("good"))
    coarse = instants("coarse")
    assert all(child.second == 0 and child.minute % STEPS[0] == 0 for child, _ in coarse)

    def order(kind: str) -> float:
        pairs = [(c.replace(tzinfo=c.tzinfo or UTC), p.replace(tzinfo=p.tzinfo or UTC)) for c, p in instants(kind)]
        return mean(child > parent for child, parent in pairs)

    assert 0.5 < order("noisy") < 0.95
    assert 0.5 < order("edited") < 0.97
    assert 0.5 < order("lying") < 0.97


# --- switches ----------------------------------------------------------------------------------------------------


def test_without_metadata_there_is_only_text() -> None:
    story = generate(3, "easy", metadata=False)
    assert all(a.outlet is a.url is a.title is a.author is None for a in story.articles)


def test_families_can_be_large() -> None:
    story = generate(8, "medium", size=(40, 40))
    assert len(story.articles) == 40
    assert len(story.truth.edges) + sum(len(source.children) for source in story.truth.unseen) > 25


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_writes(language: str) -> None:
    for seed in range(6):
        story = generate(seed, "easy", languages=(language,), split=("train", "held")[seed % 2])  # type: ignore[arg-type]
        assert {a.language for a in story.articles} == {language}
        assert all(len(a.text) > 80 and "{" not in a.text and "«al" not in a.text for a in story.articles)


def test_real_texts_can_be_the_beginning() -> None:
    base = [
        "\n".join(sentence for sentence in article.text.split("\n\n"))
        for s in stories("easy")
        for article in s.articles
    ]
    story = generate(4, "hard", base_texts=base)
    assert story.truth.edges
    assert story == generate(4, "hard", base_texts=base)


def test_ceiling_is_a_bound() -> None:
    for story in every_story():
        found = ceiling(story)
        assert 0.5 <= found.direction <= 1
        assert 0 < found.tree <= 1
        second = len(story.truth.edges) - len({edge.child for edge in story.truth.edges})
        assert (found.tree == 1) == (second == 0)


def test_the_oracle_knows_more_than_a_guess() -> None:
    for level, least in (("easy", 0.75), ("medium", 0.6), ("hard", 0.35)):
        counts = [oracle(seed, level, "train") for seed in range(15)]  # type: ignore[arg-type]
        assert all(right <= min(said, true) for right, said, true in counts)
        assert 2 * sum(c[0] for c in counts) / sum(c[1] + c[2] for c in counts) > least


def test_the_oracle_is_right_where_one_article_copies_another() -> None:
    right = said = 0
    for seed in range(60):
        made = make(seed, "easy", "none", "train", size=(2, 2))
        true = {(edge.child, edge.parent) for edge in tell_truth(made.record).edges}
        found = best_tree(made.record, LEVELS["easy"])
        right, said = right + len(found & true), said + len(found)
    assert said > 10
    assert right / said > 0.7


def test_what_cannot_be_decided_is_alike_on_both_sides() -> None:
    undecided = [(s, e) for s in every_story() for e in s.truth.edges if not e.decidable]
    for story, edge in undecided:
        assert not edge.credited
        assert story.clocks == "none"


@pytest.mark.parametrize("bad", [{"level": "none"}, {"clocks": "wrong"}, {"size": (5, 2)}, {"languages": ("xx",)}])
def test_wrong_arguments_are_refused(bad: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        generate(1, **({"level": "easy"} | bad))  # type: ignore[arg-type]


def test_the_command_writes_stories(tmp_path, capsys) -> None:  # type: ignore[no-untyped-def]
    folder = tmp_path / "out"
    assert main(["--seed", "7", "--level", "hard", "--stories", "2", "-o", str(folder)]) == 0
    made = sorted(path.name for path in folder.iterdir())
    assert made == ["hard-00007", "hard-00008"]
    rows = [json.loads(line) for line in (folder / made[0] / "articles.jsonl").read_text("utf-8").splitlines()]
    story = generate(7, "hard")
    assert [row["text"] for row in rows] == [article.text for article in story.articles]
    assert json.loads((folder / made[0] / "truth.json").read_text("utf-8")) == json.loads(
        json.dumps(truth_document(story))
    )
    assert main(["--stories", "1", "-o", str(folder)]) == 2
    assert "exists already" in capsys.readouterr().err


def test_the_comparison_with_real_news_runs(tmp_path, capsys) -> None:  # type: ignore[no-untyped-def]
    lines = [json.dumps({"text": article.text}) for story in stories("easy")[:4] for article in story.articles]
    (tmp_path / "news.jsonl").write_text("\n".join(lines), "utf-8")
    assert compare_with_news(["--stories", "3", "--levels", "hard", "--real", str(tmp_path / "news.jsonl")]) == 0
    table = capsys.readouterr().out
    assert "5-grams shared, one event, %" in table
    assert table.splitlines()[0].split()[:4] == ["newsroom", "hard", "bureau", "hard"]


def test_kept_runs_and_the_share_that_was_changed_by_hand() -> None:
    one = "the river rose by two metres and cut off the town"
    other = "In spring the river rose by three metres and cut off the town."
    assert kept_runs(one, other) == ([4, 6], pytest.approx(1 / 11))
    assert kept_runs("nothing of it", "was ever said") == ([], 1.0)


def test_levels_are_named_by_their_keys() -> None:
    assert all(level.name == key for key, level in LEVELS.items())
    assert draw(open_book("en", "all").statement.templates[0], Random(1), {}) is not None
