"""`python -m benchmarks NAME …`: run one of the benchmarks."""

from __future__ import annotations

import os
import sys
from importlib import import_module

for library in ("OMP", "OPENBLAS", "MKL"):  # one core is measured; idle threads of a matrix product count as CPU time
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")

NAMES = {
    "speed": "articles a second, ours and the peers, in one run",
    "passages": "recall and precision of planted passages, by length and share of changed words",
    "lineage": "who took from whom: ours and baselines on generated stories",
    "wires": "sources that are not in the input, on real clusters read by eye",
    "train": "the ledger's trees, from generated stories",
    "train_versions": "the trees that tell versions apart, from revision histories and generated updates",
    "histories": "which of two versions is the newer, on revision histories",
    "licences": "families of licence texts: edges and directions",
    "stories": "one large story: time and memory by its number of articles",
    "archive": "an archive day by day, look-ups in it, and peers",
    "pages": "the text of articles in HTML pages, ours and peers",
    "seeds": "passages of four real articles on one event, against their truth",
    "alignment": "PlagDet of the rewrite-tolerant aligner on PAN13-format data",
}


def main() -> int:
    """Hand over to the benchmark that was named."""
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if name not in NAMES:
        print("python -m benchmarks NAME [options]\n")
        for known, about in NAMES.items():
            print(f"  {known:12} {about}")
        return 0 if name in ("", "--help", "-h") else 2
    result: int = import_module(f"benchmarks.{name}").main(sys.argv[2:])
    return result


if __name__ == "__main__":
    sys.exit(main())
