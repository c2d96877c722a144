"""The wording of an unseen text: what two of its children share, in the reading that most of them have."""

from __future__ import annotations

from corpus.newsroom import generate
from lineage import trace
from lineage.descent.wording import wording
from lineage.model import Article
from lineage.tracing import measured

WIRE = (
    "The harbour of Kelport will stay closed until Friday after a ferry ran aground at the narrow entrance. "
    "Nobody was hurt, but forty lorries are waiting on the quay and the next tide is needed to move the ship. "
    "The owner of the line has promised to pay for beds in the town, the council wrote in a note to drivers."
)


def test_the_majority_s_reading_is_told() -> None:
    own = " ".join(f"{word} reporter notes from Pelmouth that nothing else has changed here" for word in ("One", "Our"))
    texts = [
        WIRE.replace("forty lorries", "dozens of trucks") + " " + own,
        WIRE,
        WIRE.replace("promised to pay", "offered to pay"),
    ]
    found = measured([Article(f"a{n}", text, f"Outlet {n}") for n, text in enumerate(texts)])
    told = " ".join(wording(found.story.witnesses, found.story.links, [0, 1, 2]))
    assert "forty lorries are waiting" in told
    assert "promised to pay for beds" in told
    assert "dozens" not in told
    assert "Pelmouth" not in told
    assert wording(found.story.witnesses, found.story.links, [1]) == ()


def test_what_is_told_stood_in_the_unseen_text() -> None:
    right = said = 0
    for seed in range(30):
        story = generate(seed, "easy", size=(6, 12))
        for source in trace(story.articles).sources:
            for node in story.truth.unseen:
                if len(source.children) > 2 and set(source.children) <= set(node.children):
                    text = " ".join(node.text.split())
                    words = " ".join(source.wording).split()
                    fours = [" ".join(words[at : at + 4]) for at in range(len(words) - 3)]
                    right += sum(four in text for four in fours)
                    said += len(fours)
    assert said > 150
    assert right > 0.85 * said
