"""The archive: idempotent, independent of order, and refused where it does not fit."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lineage import Archive, Article, Overlap, check, find_overlaps, scan
from lineage.archive.adding import Added
from lineage.errors import (
    ArchiveDamagedError,
    ArchiveError,
    ArchiveLockedError,
    ArchiveMismatchError,
    UsageError,
)
from tests.archive.dumps import dump, write
from tests.archive.tables import contents, differences


def shared(archive: Archive) -> dict[tuple[str, str], tuple[int, int]]:
    """Narrated and quoted words of each pair, whichever of the two stands first."""
    held = archive.held
    names = {row[0]: row[1] for row in held.catalogue.rows("articles")}
    return {
        (min(names[a], names[b]), max(names[a], names[b])): (narrated, quoted)
        for a, b, narrated, quoted, *_, kind, _ in held.catalogue.rows("overlaps")
        if kind == "passages"
    }


def test_it_finds_what_find_overlaps_finds(tmp_path: Path) -> None:
    articles = [a for a in dump(300) if a.id not in {f"a{n:05d}" for n in range(0)}]
    unique = list({article.id: article for article in articles}.values())
    with Archive.open(tmp_path / "a", write=True) as archive:
        for start in range(0, len(unique), 70):
            archive.add(unique[start : start + 70])
        archive.settle()
        found = shared(archive)
    twin: dict[tuple[str, str], Overlap] = {
        (min(o.a, o.b), max(o.a, o.b)): o for o in find_overlaps(sorted(unique, key=lambda a: a.id))
    }
    assert len(twin) > 50
    assert found.keys() == twin.keys()
    for pair, (narrated, quoted) in found.items():
        assert narrated + quoted == twin[pair].narrated + twin[pair].quoted, pair


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6), step=st.sampled_from([1000, 50, 23]))
def test_the_order_of_arrival_means_nothing(tmp_path_factory: pytest.TempPathFactory, seed: int, step: int) -> None:
    folder = tmp_path_factory.mktemp("order")
    articles = dump(90, seed)
    shuffled = random.Random(seed).sample(articles, len(articles))
    with Archive.open(folder / "one", write=True) as one, Archive.open(folder / "other", write=True) as other:
        scan(articles, archive=one)
        for start in range(0, len(shuffled), step):
            scan(shuffled[start : start + step], archive=other)
        assert len(contents(one)["stories"]) > 3
        assert not differences(contents(one), contents(other))


@pytest.mark.parametrize("text", [True, False])
@pytest.mark.parametrize("step", [1000, 20, 7])
def test_nor_where_passages_have_too_many_holders(tmp_path: Path, text: bool, step: int) -> None:
    """The first holder of a crowded passage is the same whoever came first, and pairs of earlier holders go."""
    rng = random.Random(step)
    made = dump(60, 6, furniture=False)
    common = [" ".join(f"{name}{rng.randrange(10**6)}" for _ in range(30)) for name in "cd"]
    articles = [
        Article(f"{a.id}-{n}", f"{a.text} {common[n % 3]}" if n % 3 < 2 else a.text, f"o{n}")
        for n, a in enumerate(made)
    ]
    tables = []
    for some in (articles, rng.sample(articles, len(articles))):
        settings: dict[str, object] = {"max_holders": 8}
        folder = tmp_path / str(len(tables))
        with Archive.open(folder, write=True, text=text, settings=settings) as archive:
            for start in range(0, len(some), step if tables else 1000):
                archive.add(some[start : start + step if tables else 1000])
                if start % 3 == 0:
                    archive.settle()
            archive.settle()
            assert archive.crowded >= 4
            tables.append({"passages": list(archive.table("passages"))})
    pairs = {(row["a"], row["b"]) for row in tables[0]["passages"]}
    assert len(pairs) < 200  # stars: all pairs of the two passages' holders are 380
    assert not differences(*tables)


def test_the_same_again_changes_nothing(tmp_path: Path) -> None:
    articles = dump(200)
    with Archive.open(tmp_path / "a", write=True) as archive:
        first = scan(articles, archive=archive).added
        before = contents(archive)
        again = scan(articles[::-1], archive=archive).added
        assert first.new == len({(a.id, a.text) for a in articles})
        assert again == Added(known=len(articles))
        assert not differences(before, contents(archive))


def test_an_article_that_came_back_changed_is_a_version(tmp_path: Path) -> None:
    first = dump(1)[0]
    later = Article(first.id, f"Corrected. {first.text}", first.outlet, first.published + timedelta(hours=2))  # type: ignore[operator]
    for order in ([first, later], [later, first]):
        with Archive.open(tmp_path / str(order[0] is first), write=True) as archive:
            added = [archive.add([article]) for article in order]
            assert added[1] == Added(new=1, versions=1, pairs=1)
            assert archive.article(first.id).text == first.text
            assert archive.article(f"{first.id}#2").text == later.text


def test_an_id_that_looks_like_a_version_is_none(tmp_path: Path) -> None:
    made = [Article("a", "one text"), Article("a", "another text"), Article("a#2", "a third"), Article("a#2#1", "x")]
    names = []
    for order in (made, made[::-1]):
        with Archive.open(tmp_path / str(len(names)), write=True) as archive:
            for article in order:
                archive.add([article])
            names.append([row["article"] for row in archive.table("articles")])
            assert archive.add(made) == Added(known=4)
    assert names[0] == names[1]
    assert len(set(names[0])) == 4


def test_an_empty_text_and_odd_characters_are_kept(tmp_path: Path) -> None:
    odd = [Article("", ""), Article("nul\0", "a\0b " * 30), Article("half \ud800", "x \udfff y " * 20, "out\ud801let")]
    with Archive.open(tmp_path / "a", write=True) as archive:
        assert archive.add(odd).new == 3
        assert archive.add(odd) == Added(known=3)
        assert archive.article("nul\0").text == odd[1].text
        assert {article.text for article in archive.articles()} == {article.text for article in odd}


def test_without_text_passages_and_stories_are_found(tmp_path: Path) -> None:
    articles = dump(200)
    with (
        scan(articles, archive=tmp_path / "with") as with_text,
        scan(articles, archive=tmp_path / "bare", text=False) as bare,
    ):
        assert bare.archive.held.catalogue.count("texts") == 0
        one, other = contents(with_text.archive), contents(bare.archive)
        with pytest.raises(ArchiveError, match="keeps no text"):
            bare.archive.held.texts([0])
    pairs = {(row["a"], row["b"]) for row in one["passages"]}
    found = {(row["a"], row["b"]) for row in other["passages"]}
    assert len(found & pairs) >= 0.95 * len(pairs)
    assert len(found - pairs) <= 0.02 * len(pairs)
    texts = {
        row["article"]: article.text for row in one["articles"] for article in articles if article.id == row["article"]
    }
    for row in other["passages"]:
        if row["a"] in texts and "#" not in row["a"]:
            assert 0 <= row["a_start"] < row["a_end"] <= max(len(a.text) for a in articles if a.id == row["a"])
        assert row["quoted"] is None
        assert row["grade"] == "unverified"
    assert not other["derivations"]
    assert all(not row["inferred"] for row in other["stories"])


def test_within_compares_only_what_is_near(tmp_path: Path) -> None:
    near, far = dump(1, 5)[0], dump(1, 5)[0]
    copies = [
        near,
        Article("soon", near.text, "B", near.published + timedelta(minutes=59)),  # type: ignore[operator]
        Article("late", far.text, "C", near.published + timedelta(minutes=121)),  # type: ignore[operator]
        Article("undated", far.text, "D"),
    ]
    with Archive.open(tmp_path / "a", write=True, within=60) as archive:
        archive.add(copies)
        pairs = shared(archive).keys()
    assert ("a00000", "soon") in pairs
    assert ("a00000", "late") not in pairs
    assert {("late", "undated"), ("a00000", "undated"), ("soon", "undated")} <= pairs
    with pytest.raises(ArchiveMismatchError, match=r"within = 60.*within = 90"):
        Archive.open(tmp_path / "a", within=90)


def test_settings_and_formats_are_not_mixed(tmp_path: Path) -> None:
    Archive.open(tmp_path / "a", write=True, settings={"window": 4}).close()
    with pytest.raises(ArchiveMismatchError, match=r"window = 4.*window = 8"):
        Archive.open(tmp_path / "a", settings={"window": 8})
    with pytest.raises(ArchiveMismatchError, match=r"text = kept.*text = not kept"):
        Archive.open(tmp_path / "a", write=True, text=False)
    with Archive.open(tmp_path / "a", write=True) as archive, archive.writing():
        archive.held.catalogue.say(format=999)
    with pytest.raises(ArchiveMismatchError, match=r"format 999, this version reads format \d+;"):
        Archive.open(tmp_path / "a")


@pytest.mark.parametrize("seed", [7, 2**63 + 5])
def test_the_seed_can_be_set_and_is_kept(tmp_path: Path, seed: int) -> None:
    """Whoever knows the seed can craft fingerprints that collide; with another they do not."""
    articles = dump(60)
    with Archive.open(tmp_path / "usual", write=True) as usual, scan(articles, archive=usual) as found:
        plain = shared(found.archive)
    with (
        Archive.open(tmp_path / "own", write=True, settings={"seed": seed}) as own,
        scan(articles, archive=own) as found,
    ):
        assert shared(found.archive) == plain
        fingerprints = {file.read_bytes() for file in (tmp_path / "own" / "segments").iterdir()}
        assert fingerprints.isdisjoint(file.read_bytes() for file in (tmp_path / "usual" / "segments").iterdir())
    copied = next(iter(plain))[0]
    with Archive.open(tmp_path / "own") as own:
        assert check(Article("draft", own.article(copied).text), own).overlaps[0].a_in_b == 1.0
    with pytest.raises(ArchiveMismatchError, match=f"seed = {seed}, this run has seed = 8"):
        Archive.open(tmp_path / "own", write=True, settings={"seed": 8})


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(UsageError, match="other files"):
        Archive.open(tmp_path, write=True)
    with pytest.raises(UsageError, match="not a folder"):
        Archive.open(tmp_path / "notes.txt", write=True)
    with pytest.raises(ArchiveError, match="there is no archive"):
        Archive.open(tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_a_second_writer_is_refused_at_once_and_nothing_is_lost(tmp_path: Path) -> None:
    path = write(dump(50), tmp_path / "dump.jsonl")
    with Archive.open(tmp_path / "a", write=True) as archive:
        archive.add(dump(40, 2))
        with pytest.raises(ArchiveLockedError, match="another process is writing"):
            Archive.open(tmp_path / "a", write=True)
        command = [sys.executable, "-m", "lineage", "scan", str(path), "--archive", str(tmp_path / "a")]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 4
        assert "another process is writing" in done.stderr
        assert len(done.stderr.splitlines()) == 1
    with Archive.open(tmp_path / "a", write=True) as archive:
        assert len(archive) == len({(a.id, a.text) for a in dump(40, 2)})


def test_reading_only_means_that(tmp_path: Path) -> None:
    Archive.open(tmp_path / "a", write=True).close()
    with Archive.open(tmp_path / "a") as archive, pytest.raises(ArchiveError, match="reading only"):
        archive.add(dump(1))


def test_readers_see_the_last_commit_while_one_writes(tmp_path: Path) -> None:
    """Rows that a reader sees are whole batches, at any moment; segments that were merged away do not matter."""
    articles = dump(1200, 3)
    counts: list[int] = []
    wrong: list[BaseException] = []
    done = threading.Event()

    def read(archive: Archive) -> None:
        try:
            while not done.is_set():
                counts.append(len(archive))
                assert len(archive) % 60 == 0
                from lineage import check

                check(articles[0], archive, infer=False)
        except BaseException as error:
            wrong.append(error)

    distinct = list({article.id: article for article in articles}.values())[:1140]
    with Archive.open(tmp_path / "a", write=True) as archive, Archive.open(tmp_path / "a") as reader:
        threads = [threading.Thread(target=read, args=(reader,)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for start in range(0, len(distinct), 60):
            archive.add(distinct[start : start + 60])
        done.set()
        for thread in threads:
            thread.join()
    assert not wrong
    assert len(set(counts)) > 2


def test_segments_are_merged_in_tiers_and_swept(tmp_path: Path) -> None:
    articles = list({article.id: article for article in dump(400, 4)}.values())
    with Archive.open(tmp_path / "a", write=True) as archive:
        for start in range(0, len(articles), 20):
            archive.add(articles[start : start + 20])
        listed = archive.held.catalogue.count("segments")
        assert listed < 8
    with Archive.open(tmp_path / "a", write=True) as archive:
        assert len(list((tmp_path / "a" / "segments").iterdir())) == listed
        before = contents(archive)
        archive.compact()
        assert archive.held.catalogue.count("segments") == 1
        assert not differences(before, contents(archive))


def test_the_catalogue_can_be_looked_into(tmp_path: Path) -> None:
    with scan(dump(120), archive=tmp_path / "a"):
        pass
    with sqlite3.connect(tmp_path / "a" / "archive.db") as database:
        for view in ("shared_passages", "who_took_from_whom", "unseen_sources", "largest_stories", "given_and_guessed"):
            cursor = database.execute(f"SELECT * FROM {view} LIMIT 3")
            assert len(cursor.description) >= 2
        assert database.execute("SELECT count(*) FROM shared_passages").fetchone()[0] > 10
    database.close()


def test_a_text_that_is_not_its_own_is_found_out(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "a", write=True) as archive:
        for article in dump(3):
            archive.add([article])
    with Archive.open(tmp_path / "a", write=True) as archive, archive.writing():
        rows = list(archive.held.catalogue.rows("texts"))
        archive.held.catalogue.delete("texts")
        archive.held.catalogue.insert("texts", [(*row[:3], *rows[1][3:]) for row in rows])
    with Archive.open(tmp_path / "a") as archive, pytest.raises(ArchiveDamagedError, match="not its own"):
        archive.article("a00000")


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_texts_asked_for_first_are_those_of_all(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("texts") / "a"
    texts = [f"Text {n}. {'word ' * (n % 7 * 300)}" for n in range(60)]
    known = 0
    with Archive.open(folder, write=True) as archive:
        for size in data.draw(st.lists(st.integers(1, 12), min_size=1, max_size=5)):
            archive.add(Article(f"a{n}", texts[n]) for n in range(known, known + size))
            known += size
    with Archive.open(folder) as archive:
        for _ in range(3):  # from where these stand, then from where all do
            asked = data.draw(st.lists(st.integers(0, known - 1), max_size=8))
            assert archive.held.texts(asked) == [texts[number] for number in asked]


def test_a_batch_that_is_lost_is_told_to_who_asks_first(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "a", write=True) as archive:
        for n in range(0, 40, 10):
            archive.add(Article(f"a{k}", f"Text {k}. {'word ' * 400}") for k in range(n, n + 10))
    with sqlite3.connect(tmp_path / "a" / "archive.db") as catalogue:
        first = catalogue.execute("SELECT first FROM texts ORDER BY first LIMIT 1 OFFSET 2").fetchone()[0]
        catalogue.execute("DELETE FROM texts WHERE first = ?", (first,))
    catalogue.close()
    with Archive.open(tmp_path / "a") as archive, pytest.raises(ArchiveDamagedError):
        archive.held.texts([first + 5])


@pytest.mark.parametrize("seed", range(3))
def test_a_part_of_furniture_that_others_quote(tmp_path: Path, seed: int) -> None:
    """Whether a line recurs is seen late or at once; what others share with it is the same in the end."""
    rng = random.Random(seed)
    line = [f"line{rng.randrange(10**6)}" for _ in range(40)]
    articles: list[Article] = []
    behind: list[str] = []
    for n, article in enumerate(dump(60, seed, copies=0, furniture=False)):
        words, outlet = article.text.split(), "Morning Ledger"
        if n % 2 == 0:
            own, behind = line, words[30:38]
        else:  # how the line ends, and what follows it in the article before
            own, outlet = [*line[-rng.randrange(5, 8) :], *behind], f"o{n}"
        articles.append(Article(f"a{n}", " ".join([*words[:30], *own, *words[30:]]), outlet, article.published))
    tables = []
    for step, some in ((100, articles), (7, rng.sample(articles, len(articles)))):
        with Archive.open(tmp_path / str(step), write=True) as archive:
            for start in range(0, len(some), step):
                archive.add(some[start : start + step])
                archive.settle()
            tables.append({name: list(archive.table(name)) for name in ("passages", "furniture")})
    assert tables[0]["furniture"]
    assert not differences(*tables)
