"""CPU time, for the tests that ask whether it grows in proportion to the text."""

from __future__ import annotations

import time
from collections.abc import Callable


def seconds(work: Callable[[], object], times: int = 2) -> float:
    """CPU seconds that a piece of work takes, the least of some times: other work on the machine only adds to it."""
    best = float("inf")
    for _ in range(times):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best
