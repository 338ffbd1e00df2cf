"""Where chunks are counted: in this process, in several, or on a Dask cluster. All give the same sums bit for bit."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from typing import Any, Literal, TypeVar

from .errors import DataError, UsageError

Engine = Literal["serial", "processes", "dask"]
REACHED_WITHIN = "10s"

In = TypeVar("In")
Out = TypeVar("Out")


def run(
    work: Callable[[In], Out], parts: Iterable[In], engine: Engine = "serial", workers: int = 2, scheduler: str = ""
) -> Iterator[Out]:
    """Yield the outcome of each part, in the order of parts; only a few parts are in flight at a time.

    Raises:
        UsageError: Dask is not installed, or its scheduler cannot be reached.
        DataError: worker processes died more than once.
    """
    if engine == "serial":
        yield from map(work, parts)
    elif engine == "processes":
        yield from _processes(work, parts, workers)
    else:
        yield from _dask(work, parts, workers, scheduler)


def _processes(work: Callable[[In], Out], parts: Iterable[In], workers: int) -> Iterator[Out]:
    """Run in processes; a part whose worker was killed is run once more in a new pool."""
    from multiprocessing import get_context

    context = get_context("forkserver")
    pool = ProcessPoolExecutor(workers, mp_context=context)
    deaths = 0
    read: deque[In] = deque()
    waiting: deque[Future[Out]] = deque()
    source = iter(parts)
    try:
        while True:
            try:
                read.extend(islice(source, 2 * workers - len(read)))
                waiting.extend(pool.submit(work, part) for part in islice(read, len(waiting), None))
                if not waiting:
                    return
                found = waiting[0].result()
            except BrokenProcessPool:
                deaths += 1
                if deaths > 3:
                    raise DataError("worker processes died again and again: is there enough memory?") from None
                pool.shutdown(wait=False, cancel_futures=True)
                pool = ProcessPoolExecutor(workers, mp_context=context)
                waiting.clear()
                continue
            read.popleft()
            waiting.popleft()
            yield found
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _dask(work: Callable[[In], Out], parts: Iterable[In], workers: int, scheduler: str) -> Iterator[Out]:
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        raise UsageError("the engine dask needs Dask: pip install 'reportedly[dask]'") from None
    try:
        cluster = (
            None
            if scheduler
            else LocalCluster(
                n_workers=workers, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0"
            )
        )
        client = Client(scheduler or cluster, timeout=REACHED_WITHIN)
    except (OSError, ValueError) as error:
        raise UsageError(
            f"the scheduler {scheduler!r} cannot be reached ({error}): name one as tcp://HOST:PORT"
        ) from None
    try:
        waiting: deque[Any] = deque()
        source = iter(parts)
        while True:
            due = islice(source, 2 * workers - len(waiting))
            waiting.extend(client.submit(work, part, pure=False, retries=3) for part in due)
            if not waiting:
                return
            yield waiting.popleft().result()
    finally:
        client.close()
        if cluster is not None:
            cluster.close()
