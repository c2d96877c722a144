"""PlagDet equals the evaluator of the benchmark, on its own vectors and on some worked out by hand."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from benchmarks.plagdet import Case, Pair, macro, micro

VECTORS = Path(__file__).resolve().parents[3] / "shared" / "data" / "pan13-train" / "plagdet-vector.json.gz"


def one(cases: list[Case], detections: list[Case]) -> Pair:
    return Pair("suspicious", "source", cases, detections)


def test_worked_out_by_hand() -> None:
    case = Case(0, 100, 0, 100)
    assert macro([one([case], [case])]).plagdet == 1.0
    half = macro([one([case], [Case(0, 50, 0, 50)])])
    assert (half.recall, half.precision, half.granularity) == (0.5, 1.0, 1.0)
    assert half.plagdet == pytest.approx(2 / 3)
    split = macro([one([case], [Case(0, 50, 0, 50), Case(50, 100, 50, 100)])])
    assert (split.recall, split.precision, split.granularity) == (1.0, 1.0, 2.0)
    assert split.plagdet == pytest.approx(1 / 1.584962500721156)
    beside = macro([one([case], [Case(0, 100, 200, 300)])])
    assert (beside.recall, beside.precision, beside.plagdet) == (0.0, 0.0, 0.0)
    twice = micro([one([case], [Case(0, 80, 0, 80), Case(40, 120, 40, 120)])])
    assert (twice.recall, twice.precision) == (1.0, pytest.approx(200 / 240))
    assert macro([one([case], [case, case])]).granularity == 1.0
    assert macro([]).plagdet == 0.0


@pytest.mark.skipif(not VECTORS.is_file(), reason="the shared data are not here")
def test_equals_the_benchmarks_own_evaluator() -> None:
    content = json.loads(gzip.decompress(VECTORS.read_bytes()))

    def cases(rows: list[list[int]]) -> list[Case]:
        return [Case(a, a + n, b, b + m) for a, n, b, m in rows]

    assert len(content["vectors"]) == 7
    for vector in content["vectors"]:
        pairs = [
            (pair["pair_type"], Pair(pair["suspicious"], pair["source"], cases(pair["cases"]), cases(found)))
            for pair, found in zip(content["pairs"], vector["detections"], strict=True)
        ]
        for kind, expected in [("", vector["expected"]), *vector["expected_by_pair_type"].items()]:
            chosen = [pair for own, pair in pairs if kind in ("", own)]
            for name, score in (("macro", macro(chosen)), ("micro", micro(chosen))):
                for figure, value in expected[name].items():
                    assert getattr(score, figure) == pytest.approx(value, abs=1e-9), (
                        vector["name"],
                        kind,
                        name,
                        figure,
                    )
