"""What the runs of one contender spent, and which promises that keeps."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

BOTH = "preview and confirm"
STEPS = {"import": ("preview", "confirm", BOTH), "form": ("open", "save")}
_PARTS = {BOTH: ("preview", "confirm")}


@dataclass(frozen=True)
class Run:
    database: str
    contender: str
    task: str
    steps: dict[str, dict[str, float]]
    peak: float

    def spent(self, step: str, what: str) -> float:
        return sum(self.steps[part][what] for part in _PARTS.get(step, (step,)))


@dataclass(frozen=True)
class Figures:
    """All runs of one contender's task on one database."""

    runs: tuple[Run, ...]

    def all(self, step: str, what: str) -> list[float]:
        return sorted(run.spent(step, what) for run in self.runs)

    def median(self, step: str, what: str) -> float:
        return median(self.all(step, what))

    @property
    def peak(self) -> float:
        return max(run.peak for run in self.runs)


@dataclass(frozen=True)
class Promise:
    """`decide` says of stock's and the portal's figures what was found and whether it will do."""

    text: str
    task: str
    decide: Callable[[Figures, Figures], tuple[str, bool]]


def figures_of(runs: list[Run], database: str, task: str, contender: str) -> Figures:
    wanted = (database, task, contender)
    return Figures(tuple(r for r in runs if (r.database, r.task, r.contender) == wanted))


def ratio(stock: Figures, portal: Figures, step: str) -> float:
    return stock.median(step, "cpu") / portal.median(step, "cpu")


def _cheaper(step: str, times: float) -> Callable[[Figures, Figures], tuple[str, bool]]:
    def decide(stock: Figures, portal: Figures) -> tuple[str, bool]:
        found = ratio(stock, portal, step)
        return f"{found:.1f} ×", found >= times

    return decide


def _queries(step: str, most: int) -> Callable[[Figures, Figures], tuple[str, bool]]:
    def decide(_: Figures, portal: Figures) -> tuple[str, bool]:
        found = int(max(portal.all(step, "queries")))
        return f"{found} queries", found <= most

    return decide


PROMISES = (
    Promise(
        "Preview and confirm: stock spends at least 10 × as much", "import", _cheaper(BOTH, 10)
    ),
    Promise("Opening the form is not slower than stock", "form", _cheaper("open", 1)),
    Promise("Saving the form is not slower than stock", "form", _cheaper("save", 1)),
    Promise("Opening the form takes at most 12 queries", "form", _queries("open", 12)),
    Promise("Saving the form takes at most 12 queries", "form", _queries("save", 12)),
)
