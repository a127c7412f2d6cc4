"""Prints a grid as a PDF, in the ways that office suites and report generators do it."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from performance.sheets.grid import Grid

pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
FONT = "STSong-Light"
WIDTH, HEIGHT, MARGIN = 842.0, 595.0, 30.0
PAD = 2.0

Span = tuple[int, int, int, int]


@dataclass(frozen=True)
class Style:
    """`edges`: ruled (lines), rects (one outlined rectangle a cell), bars (thin filled rectangles).

    `cut`: how the text of a cell that a page break cuts is written. clipped: whole on both pages,
    clipped to the cell; body: the same, clipped to the page's rows; whole: not clipped at all;
    split: each line on its page; again: whole, in the middle of each part; first: once.
    `closed`: whether such a cell has an edge at the break. `bold`: everything is written twice.
    `stacked`: the table is drawn twice on its page. `turned`: the page is drawn on its side.
    """

    edges: str = "ruled"
    cut: str = "clipped"
    closed: bool = True
    heading_again: bool = True
    row_height: float = 30.0
    size: float = 7.0
    footer: bool = True
    bold: bool = False
    stacked: bool = False
    turned: bool = False


def printed(grids: Grid | list[Grid], style: Style, **more) -> bytes:
    """The grids one after the other, each from a new page on."""
    target = BytesIO()
    canvas = Canvas(target, pagesize=(WIDTH, HEIGHT), **more)
    for grid in grids if isinstance(grids, list) else [grids]:
        _Print(grid, style, canvas).draw()
    canvas.save()
    return target.getvalue()


def wrapped(text: str, width: float, size: float) -> list[str]:
    lines = []
    for paragraph in text.split("\n"):
        line = ""
        for character in paragraph:
            if line and pdfmetrics.stringWidth(line + character, FONT, size) > width:
                lines.append(line)
                line = ""
            line += character
        lines.append(line)
    return lines


class _Print:
    def __init__(self, grid: Grid, style: Style, canvas: Canvas):
        self.grid, self.style, self.canvas = grid, style, canvas
        self.title, self.heading = grid.look.title_row, grid.look.header_row
        total = sum(grid.look.widths)
        scale = (WIDTH - 2 * MARGIN) / total
        self.xs = [MARGIN]
        for width in grid.look.widths:
            self.xs.append(self.xs[-1] + width * scale)
        spans = {(m[0], m[1]): m for m in grid.merges if m[0] > self.title}
        self.spans = [
            spans.get((row, column), (row, column, row, column))
            for row in grid.rows
            for column in range(1, len(grid.look.widths) + 1)
            if row > self.title and grid.origin(row, column) == (row, column)
        ]

    def draw(self) -> None:
        body = list(range(self.heading + 1, max(self.grid.rows) + 1))
        number = 0
        while body:
            number += 1
            top = MARGIN
            if self.style.turned:
                self.turn()
            if number == 1:
                self.line(self.grid.text(self.title, 1), WIDTH / 2 - 100, top + 12, 12)
                top += 24
            rows = [self.heading] if number == 1 or self.style.heading_again else []
            room = int((HEIGHT - MARGIN - 20 - top) / self.style.row_height) - len(rows)
            shown, body = body[:room], body[room:]
            for _ in range(1 + self.style.stacked):
                if rows:
                    self.part(rows, top)
                    top += self.style.row_height
                self.part(shown, top)
                top += (len(shown) + 1) * self.style.row_height
            if self.style.footer:
                self.line(f"第 {number} 页", WIDTH - 90, HEIGHT - 15, 6)
            self.canvas.showPage()

    def turn(self) -> None:
        """The page says that it is shown turned, and everything on it is drawn turned back."""
        self.canvas.setPageRotation(90)
        self.canvas.transform(0, 1, -1, 0, HEIGHT, 0)

    def part(self, rows: list[int], top: float) -> None:
        first, last = rows[0], rows[-1]
        origin = top - first * self.style.row_height
        for span in self.spans:
            if span[0] <= last and span[2] >= first:
                self.cell(span, first, last, origin)

    def cell(self, span: Span, first: int, last: int, origin: float) -> None:
        height = self.style.row_height
        x0, x1 = self.xs[span[1] - 1], self.xs[span[3]]
        top = origin + max(span[0], first) * height
        bottom = origin + (min(span[2], last) + 1) * height
        open_top = span[0] < first and not self.style.closed
        open_bottom = span[2] > last and not self.style.closed
        getattr(self, self.style.edges)(x0, top, x1, bottom, open_top, open_bottom)
        whole = (origin + span[0] * height, origin + (span[2] + 1) * height)
        is_cut = span[0] < first or span[2] > last
        cut = self.style.cut if is_cut else "clipped"
        if cut == "first" and span[0] < first:
            return
        area = (top, bottom) if cut in ("again", "first") else whole
        self.canvas.saveState()
        if is_cut and cut in ("clipped", "body"):
            self.clip(x0, x1, top, bottom, (first, last, origin), cut)
        for text, y in self.lines(self.grid.text(span[0], span[1]), x1 - x0, *area):
            if cut != "split" or top <= y - self.style.size / 3 < bottom:
                self.line(text, x0 + PAD, y, self.style.size)
        self.canvas.restoreState()

    def clip(self, x0, x1, top, bottom, rows, cut) -> None:
        first, last, origin = rows
        if cut == "body":
            x0, x1 = self.xs[0], self.xs[-1]
            top = origin + first * self.style.row_height
            bottom = origin + (last + 1) * self.style.row_height
        path = self.canvas.beginPath()
        path.rect(x0, HEIGHT - bottom, x1 - x0, bottom - top)
        self.canvas.clipPath(path, stroke=0, fill=0)

    def lines(self, text: str, width: float, top: float, bottom: float) -> Iterator:
        size = self.style.size
        found = wrapped(text, width - 2 * PAD, size) if text else []
        y = (top + bottom) / 2 - len(found) * size * 1.2 / 2 + size
        for line in found:
            yield line, y
            y += size * 1.2

    def line(self, text: str, x: float, y: float, size: float) -> None:
        self.canvas.setFillGray(0)
        self.canvas.setFont(FONT, size)
        for shift in (0, 0.2) if self.style.bold else (0,):
            self.canvas.drawString(x + shift, HEIGHT - y, text)

    # How edges are drawn.

    def lines_at(self, x0, top, x1, bottom, open_top, open_bottom) -> Iterator:
        yield x0, top, x0, bottom
        yield x1, top, x1, bottom
        if not open_top:
            yield x0, top, x1, top
        if not open_bottom:
            yield x0, bottom, x1, bottom

    def ruled(self, *cell) -> None:
        self.canvas.setLineWidth(0.5)
        for x0, y0, x1, y1 in self.lines_at(*cell):
            self.canvas.line(x0, HEIGHT - y0, x1, HEIGHT - y1)

    def unruled(self, *cell) -> None:
        pass

    def rects(self, x0, top, x1, bottom, *_) -> None:
        self.canvas.setLineWidth(0.5)
        self.canvas.rect(x0, HEIGHT - bottom, x1 - x0, bottom - top, stroke=1, fill=0)

    def bars(self, x0, top, x1, bottom, *openings) -> None:
        self.canvas.setFillGray(1)
        self.canvas.rect(x0, HEIGHT - bottom, x1 - x0, bottom - top, stroke=0, fill=1)
        self.canvas.setFillGray(0)
        for a, b, c, d in self.lines_at(x0, top, x1, bottom, *openings):
            self.canvas.rect(a - 0.3, HEIGHT - d - 0.3, c - a + 0.6, d - b + 0.6, stroke=0, fill=1)
