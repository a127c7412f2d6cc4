"""What reading PDFs takes, through the same door as an upload, its child process included.

`python -m benchmarks.prints [FILE …]` prints seconds; files of your own are measured too. Start-up
is what any file takes before its first page: the child's Python and the readers it imports.
"""

import gc
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from time import perf_counter

from performance.sheets.convert import read_file, write_file
from performance.sheets.formats import pdf
from performance.sheets.formats.guarded import read_guarded

ROOT = Path(__file__).parents[1]
OFFICE = ROOT / "tests/sheets/files/goals-2025.pdf"
WORKBOOK = ROOT / "fixtures/sheets/goals-2025.xlsx"
RUNS = 5
PAGE, YEAR = 0.3, 1.0  # seconds, as promised


def prints() -> Iterator[tuple[str, bytes]]:
    """A unit's year as an office suite prints it, as we print it, and more of it."""
    yield "a unit's year, printed by an office suite", OFFICE.read_bytes()
    goals = [goal.sheet for goal in read_file(WORKBOOK.read_bytes()).goals]
    for times, name in ((1, "a unit's year, printed by us"), (10, "ten times as much")):
        yield name, write_file([("2025年项目绩效目标", goals * times)], "listing", "pdf")


def seconds(action: Callable[[], object]) -> float:
    taken = []
    for _ in range(RUNS):
        begun = perf_counter()
        action()
        taken.append(perf_counter() - begun)
    return median(taken)


def pages_of(data: bytes) -> int:
    """Pages with tables that may hold goals; all others are passed over."""
    places = (box for grid in pdf.read(data) for box in grid.boxes.values())
    return max(len({box.page for box in places}), 1)


def main(names: list[str]) -> None:
    sys.stdout.write(f"promised: a page {PAGE} s, a unit's year {YEAR} s\n")
    sys.stdout.write(f"{'whole':>7} {'start-up':>9} {'a page':>7} {'pages':>6}\n")
    gc.disable()  # as the child does
    own = [(name, Path(name).read_bytes()) for name in names]
    for name, data in (*prints(), *own):
        whole = seconds(lambda data=data: read_guarded(data))
        taken = seconds(lambda data=data: pdf.read(data))
        pages = pages_of(data)
        sys.stdout.write(
            f"{whole:7.2f} {whole - taken:9.2f} {taken / pages:7.2f} {pages:6}  {name}\n"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
