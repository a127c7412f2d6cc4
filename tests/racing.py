"""Real threads with connections of their own, set off together."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection


def race(*runs: Callable[[], Any]) -> list[Any]:
    """What each run answered, or the exception that it raised."""
    barrier = Barrier(len(runs))

    def start(run: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            barrier.wait()
            return run()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(runs)) as pool:
        return list(pool.map(start, runs))


def by_name(answers: Sequence[Any], names: Callable[[Any], str]) -> dict[str, int]:
    """How often each kind of answer came."""
    found = [type(a).__name__ if isinstance(a, Exception) else names(a) for a in answers]
    return {name: found.count(name) for name in sorted(set(found))}
