"""The JSON document: as the schema says, the same for the same lineage, and never refused by a reader."""

from __future__ import annotations

import json
import random
from dataclasses import fields, replace
from importlib.resources import files
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage import model
from lineage.model import Article, Lineage, Overlap
from lineage.reports.document import LARGEST, lineage_document, overlap_document

SCHEMA = json.loads((files("lineage.reports") / "lineage.schema.json").read_text(encoding="utf-8"))
WHOLE = jsonschema.Draft202012Validator(SCHEMA)
PAIR = jsonschema.Draft202012Validator({"$ref": "#/$defs/overlap", "$defs": SCHEMA["$defs"]})


def validated(document: bytes, schema: jsonschema.Draft202012Validator = WHOLE) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(document)
    schema.validate(content)
    return content


def test_the_schema_is_one_and_describes_every_key() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)

    def walk(node: dict[str, Any]) -> None:
        for name, entry in node.get("properties", {}).items():
            assert "description" in entry, name
            walk(entry)
        for entry in node.get("$defs", {}).values():
            walk(entry)

    walk(SCHEMA)


@pytest.mark.parametrize("noun", ["Article", "Passage", "Reason", "Derivation", "Source", "Relation", "Unresolved",
                                  "Credit", "Skipped", "Overlap"])  # fmt: skip
def test_the_schema_has_the_fields_of_the_nouns(noun: str) -> None:
    described = set(SCHEMA["$defs"][noun.lower()]["properties"]) - {"precision", "class", "schema"}
    assert described == {field.name for field in fields(getattr(model, noun))}


def test_everything_that_a_lineage_holds_is_in_the_document(family: Lineage) -> None:
    content = validated(lineage_document(family))
    assert content["schema"] == "lineage/1"
    assert set(content) == set(SCHEMA["required"])
    assert [article["id"] for article in content["articles"]] == sorted(family.articles)
    courier = content["articles"][0]
    assert (courier["published"], courier["precision"], courier["class"]) == (
        "2025-04-01T08:00:00+00:00",
        "instant",
        "not",
    )
    claim = content["derivations"][0]
    assert claim["passages"][0]["a"] == {"start": 0, "end": 62}
    assert claim["alternatives"] == {"herald": 0.03}
    assert content["sources"][0]["name"] is None
    assert [claim["parent"] for claim in content["derivations"] if claim["child"] == "post-2"] == ["post-1", "herald"]


def test_a_wrong_document_is_refused(family: Lineage) -> None:
    content = json.loads(lineage_document(family))
    for spoil in (
        lambda c: c.pop("origins"),
        lambda c: c.update(schema="lineage/2"),
        lambda c: c["derivations"][0].update(probability=1.5),
        lambda c: c["articles"][0].update(text=None),
        lambda c: c["skipped"][0].update(kind="lost"),
    ):
        wrong = json.loads(json.dumps(content))
        spoil(wrong)
        with pytest.raises(jsonschema.ValidationError):
            validated(json.dumps(wrong).encode())


def test_the_same_lineage_gives_the_same_bytes(family: Lineage) -> None:
    generator = random.Random(5)

    def shuffled(items: Any) -> tuple[Any, ...]:
        return tuple(generator.sample(list(items), len(items)))

    other = replace(
        family,
        articles=dict(shuffled(family.articles.items())),
        classes=dict(shuffled(family.classes.items())),
        derivations=(*family.derivations[1:], family.derivations[0]),  # of one child the order has a meaning
        sources=shuffled(family.sources),
        credits=shuffled(family.credits),
    )
    assert lineage_document(other) == lineage_document(family)


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(categories=None)) | st.binary(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3) | st.integers(), inner, max_size=3),
    max_leaves=8,
)


@given(st.text(st.characters(categories=None), max_size=30), JUNK)
def test_any_text_and_any_field_can_be_written(text: str, junk: Any) -> None:
    overlap = Overlap(text, text, (), 0.0, 0.0, 0, 0)
    assert len(validated(overlap_document(overlap), PAIR)["a"]) == len(text)  # or offsets would be wrong
    article = Article("x", text, extra={"junk": junk})
    content = validated(lineage_document(replace(EMPTY, articles={"x": article})))
    assert len(content["articles"][0]["text"]) == len(text)


EMPTY = Lineage(
    {}, (), (), (), (), (), {}, model.Origins(1, 1, 1), (),
    model.Provenance("0", {}, "", model.parse_published("2025-01-01T00:00:00Z")),  # type: ignore[arg-type]
)  # fmt: skip


def test_depth_and_size_have_limits() -> None:
    deep: Any = "end"
    for _ in range(5000):
        deep = [deep]
    article = Article("x", "Words.", extra={"deep": deep, "long": LARGEST + 1})
    extra = validated(lineage_document(replace(EMPTY, articles={"x": article})))["articles"][0]["extra"]
    assert extra["long"] == str(LARGEST + 1)
    assert json.dumps(extra["deep"]).count("[") < 200
