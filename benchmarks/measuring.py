"""What an action costs: this process, its children and the database's backend together."""

import resource
from collections.abc import Callable
from dataclasses import dataclass
from os import sysconf
from pathlib import Path
from time import perf_counter
from typing import Any, TypeVar

from django.db import connection
from django.test.utils import CaptureQueriesContext

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Spent:
    cpu: float  # seconds
    wall: float
    queries: int


def spend(action: Callable[[], Answer]) -> tuple[Answer, Spent]:
    """Statements are counted without being kept: a log of 200,000 would be a cost of its own."""
    count = 0

    def counted(execute: Callable[..., Any], *call: Any) -> Any:
        nonlocal count
        count += 1
        return execute(*call)

    cpu, wall = _cpu(), perf_counter()
    with connection.execute_wrapper(counted):
        answer = action()
    return answer, Spent(_cpu() - cpu, perf_counter() - wall, count)


def count_queries(action: Callable[[], Answer]) -> tuple[Answer, int]:
    """As the tests count: BEGIN, COMMIT and savepoints too. Dear, so nothing is timed here."""
    with CaptureQueriesContext(connection) as queries:
        answer = action()
    return answer, len(queries)


def peak_mib() -> float:
    """Of the largest process: this one or a child, since its own start."""
    status = Path("/proc/self/status").read_text()
    own = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return max(int(own.split()[1]), children) / 1024


def _cpu() -> float:
    used = [resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used) + _backend_cpu()


def _backend_cpu() -> float:
    """Of the PostgreSQL process at the other end, in ticks of 10 ms; SQLite has none."""
    if connection.vendor != "postgresql":
        return 0.0
    connection.ensure_connection()
    stat = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text()
    fields = stat.rpartition(")")[2].split()  # the name before it may hold spaces
    return (int(fields[11]) + int(fields[12])) / sysconf("SC_CLK_TCK")
