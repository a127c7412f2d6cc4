"""A PDF's tables: from its bytes to grids, page by page, looking only where goals may be."""

import re
from collections.abc import Iterable, Iterator

from performance.sheets.formats.pdf.assembled import assemble, name_of
from performance.sheets.formats.pdf.chain import Chain, Part, chains, parts_of
from performance.sheets.formats.pdf.crowded import refuse_crowded
from performance.sheets.formats.pdf.filling import fill
from performance.sheets.formats.pdf.heading import plain
from performance.sheets.formats.pdf.inflating import TOO_MUCH
from performance.sheets.formats.pdf.mesh import meshes
from performance.sheets.formats.pdf.opened import BROKEN, pages_in_question, refuse_unreadable
from performance.sheets.formats.pdf.pages import Pages, opened_pages
from performance.sheets.formats.pdf.words import squeezed
from performance.sheets.grid import Grid, SheetError

_GOALS = re.compile("绩效|指标")
_LEVELS = re.compile(r"(\w{2,8}?指标){2,}")

NOT_RULED = (
    "PDF 里有绩效目标的文字，但是没有画着格线的目标表，分不清哪些字在哪一格；请给表格加上全部框线"
    "后重新生成 PDF，或者上传原来的 Excel 表格（.xlsx），也可以把表格的文字逐行粘贴过来。"
)
NO_ROWS = (
    "PDF 第{page}页的表格里几条指标在同一格（行与行之间没有横线），分不清各条指标，不予读取；"
    "请给表格加上全部框线后重新生成 PDF，或者上传原来的 Excel 表格（.xlsx）。"
)


def read(data: bytes) -> tuple[Grid, ...]:
    """All tables that may hold goals. Every failure is a SheetError."""
    try:
        return tuple(_grids(chains(_read_parts(data))))
    except SheetError:
        raise
    except MemoryError as error:
        raise SheetError("too_large_inflated", TOO_MUCH) from error
    except Exception as error:  # a file made badly makes its readers stumble over anything
        raise SheetError("damaged", BROKEN) from error


def _read_parts(data: bytes) -> list[list[Part]]:
    refuse_unreadable(data)
    with opened_pages(data) as pages:
        wanted = pages_in_question(data)
        found = list(_parts(pages, wanted)) if wanted else []
    if wanted and not any(found):
        raise SheetError("no_table", NOT_RULED)
    return found


def _grids(found: Iterable[Chain]) -> Iterator[Grid]:
    names: list[str] = []
    for chain in found:
        if _speaks_of_goals(chain):
            for part in chain.parts:
                _refuse_uncertain(part)
            names.append(name_of(chain, names))
            yield assemble(chain, names[-1])


def _refuse_uncertain(part: Part) -> None:
    refuse_crowded(part.page, part.mesh)
    if sum(bool(_LEVELS.fullmatch(squeezed(cell.text))) for cell in part.mesh.cells) > 1:
        raise SheetError("no_table", NO_ROWS.format(page=part.page))


def _parts(pages: Pages, wanted: list[int]) -> Iterator[list[Part]]:
    """Pages that speak of goals, and such as may go on with the table before them."""
    goes_on = False
    for number in range(1, len(pages) + 1):
        if number not in wanted and not goes_on:
            continue
        page = pages.page(number)
        tables = meshes(page.edges)
        parts = parts_of(page, tables, fill(tables, page))
        goes_on = bool(parts)
        yield parts


def _speaks_of_goals(chain: Chain) -> bool:
    return any(_GOALS.search(plain(cell.text)) for part in chain.parts for cell in part.mesh.cells)
