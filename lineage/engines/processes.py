"""Work handed to processes, and its results in the order of the work."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, TypeVar

from lineage.errors import LineageError

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

Work = TypeVar("Work")
Result = TypeVar("Result")

AHEAD = 2  # pieces of work for each process that wait or are done: none idles, and few results are held


class Workers:
    """Some processes, or this one."""

    def __init__(self, pool: ProcessPoolExecutor | None, count: int) -> None:
        self._pool, self.count = pool, count

    def map(self, function: Callable[[Work], Result], work: Iterable[Work]) -> Iterator[Result]:
        """The results of a function that can be pickled, in the order of the work, which is drawn as it is needed."""
        if self._pool is None:
            yield from map(function, work)
            return
        from concurrent.futures.process import BrokenProcessPool

        waiting: deque[Future[Result]] = deque()
        try:
            for piece in work:
                waiting.append(self._pool.submit(function, piece))
                if len(waiting) > AHEAD * self.count:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool:
            raise LineageError(
                "a worker process was killed, perhaps for want of memory; run the same again with fewer --workers"
            ) from None


@contextmanager
def workers(count: int, modules: Sequence[str] = ()) -> Iterator[Workers]:
    """`count` processes that start afresh (they share no file with this one); with 1 the work is done here.

    They start at once, while the first work is read, and import `modules`, of which they have functions to call.
    """
    if count <= 1:
        yield Workers(None, 1)
        return
    import multiprocessing  # with what it needs in turn 20 ms, for which one process need not wait
    from concurrent.futures import ProcessPoolExecutor

    pool = ProcessPoolExecutor(count, multiprocessing.get_context("spawn"))
    for _ in range(count):
        pool.submit(_import, modules)
    try:
        yield Workers(pool, count)
    finally:
        pool.shutdown(cancel_futures=True)


def _import(modules: Sequence[str]) -> None:
    for module in modules:
        import_module(module)
