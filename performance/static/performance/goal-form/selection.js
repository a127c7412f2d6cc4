// Which cells a copy, a fill or a deletion means: the one with the focus, a block, or whole rows.

import { LAST } from "./lines.js";

// Columns outside 0 to LAST are the row's number and tools: they mean the whole row.
export function cellOf(target) {
  const box = target?.closest?.("#lines tbody > tr > *");
  return box ? { row: box.parentElement, column: box.cellIndex - 1 } : null;
}

const inside = ({ column }) => column >= 0 && column <= LAST;
const isSame = (a, b) => a?.row === b?.row && a?.column === b?.column;

function between(a, b) {
  const [from, to] = [a.row.sectionRowIndex, b.row.sectionRowIndex].sort((x, y) => x - y);
  const rows = [...a.row.parentElement.rows].slice(from, to + 1);
  if (!inside(a) || !inside(b)) return { rows, first: 0, last: LAST };
  const [first, last] = [a.column, b.column].sort((x, y) => x - y);
  return { rows, first, last };
}

export function attachSelection(body, tell) {
  let anchor = null; // the cell with the focus, also after the focus went to a button outside
  let end = null; // the opposite corner of the block
  let block = null;
  let dragging = false;

  const paint = (on) =>
    block?.rows.forEach((row) => {
      for (let c = block.first; c <= block.last; c++) {
        row.cells[c + 1].classList.toggle("selected", on);
      }
    });

  const choose = (next) => {
    paint(false);
    block = next?.rows.length && (next.rows.length > 1 || next.last > next.first) ? next : null;
    paint(true);
    if (block) tell(`已选中${block.rows.length}行、${block.last - block.first + 1}列。`);
    else end = null;
  };

  const stretch = (to) => {
    if (!anchor?.row.isConnected) return;
    end = to;
    choose(between(anchor, to));
  };

  const toggle = (row) => {
    const others = block?.rows.filter((other) => other !== row) ?? [];
    const rows = block?.rows.includes(row) ? others : [...others, row];
    rows.sort((a, b) => a.sectionRowIndex - b.sectionRowIndex);
    choose({ rows, first: 0, last: LAST });
  };

  body.addEventListener("focusin", (event) => {
    if (!isSame(anchor, cellOf(event.target))) choose(null);
    anchor = cellOf(event.target);
  });

  body.addEventListener("mousedown", (event) => {
    const cell = cellOf(event.target);
    if (!cell || event.button) return;
    const number = cell.column < 0;
    dragging = inside(cell);
    if (event.shiftKey || (number && (event.ctrlKey || event.metaKey))) event.preventDefault();
    if (event.shiftKey) stretch(cell);
    else if (dragging) choose(null);
  });
  document.addEventListener("mouseup", () => dragging = false);
  body.addEventListener("dragstart", (event) => event.preventDefault());
  body.addEventListener("mouseover", (event) => {
    const cell = cellOf(event.target);
    if (dragging && event.buttons === 1 && cell && !isSame(cell, end ?? anchor)) stretch(cell);
  });

  body.addEventListener("click", (event) => {
    const handle = event.target.closest("[data-act=choose]");
    if (!handle || event.shiftKey) return;
    if (event.ctrlKey || event.metaKey) return toggle(handle.closest("tr"));
    handle.focus();
    stretch(cellOf(handle));
  });

  const single = () => {
    if (!anchor?.row.isConnected) return null;
    return between(anchor, anchor);
  };
  return { choose, stretch, block: () => block, current: () => block ?? single(), end: () => end };
}
