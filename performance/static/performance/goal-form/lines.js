// The rows of the table as data: five texts each, and the hidden key that stays with its row.

import { COLUMNS, LEVEL3 } from "./fit.js";

export const LAST = COLUMNS.length - 1;
export const LIMIT = 1000; // lines of a goal, as the server has it

const GROWS_BY_ITSELF = CSS.supports("field-sizing", "content");

export const blank = () =>
  document.getElementById("blank-line").content.firstElementChild.cloneNode(true);

// The only row is never gone; what stands for it takes nothing where no line may be added.
export function placeholder(body) {
  const row = blank();
  row.querySelectorAll("input, textarea").forEach((field) => field.readOnly = isFixed(body));
  return row;
}

export const element = (row, column) =>
  row.cells[column + 1].querySelector("[data-level], [name=line_level3], textarea");

export const read = (row, column) => {
  const found = element(row, column);
  return found.value ?? found.textContent;
};

export const readRow = (row) => COLUMNS.map((_, column) => read(row, column));

// What is changed no longer shows what was said of the text before.
export function mark(field) {
  const edited = field.value !== field.defaultValue;
  field.closest("td").classList.toggle("edited", edited);
  if (field.name === "line_level3") {
    field.closest("tr").classList.toggle("retyped", edited && field.value !== "");
  }
}

function write(row, column, text) {
  if (read(row, column) === text) return;
  const found = element(row, column);
  if (!("value" in found)) return found.textContent = text;
  found.value = text;
  mark(found);
}

// Texts that are undefined stay; another indicator takes its levels along, or leaves them empty.
// Says how many cells stay because review has closed them.
export function fill(row, texts) {
  const changes = (text, column) =>
    column >= LEVEL3 && text !== undefined && text !== read(row, column);
  const closed = texts.map((text, column) => changes(text, column) && isClosed(row, column));
  const other = changes(texts[LEVEL3], LEVEL3) && !closed[LEVEL3];
  texts.forEach((text, column) => {
    if (changes(text, column) && !closed[column]) write(row, column, text);
    if (column < LEVEL3 && other) write(row, column, text ?? "");
  });
  return closed.filter(Boolean).length;
}

// Whether any of these texts has an open cell to stand in.
export const takes = (row, texts) =>
  texts.some((text, column) => column >= LEVEL3 && text !== undefined && !isClosed(row, column));

// What a returned goal does not let be changed: a cell, a whole row, the number and order of rows.
export const isClosed = (row, column) => element(row, column).readOnly === true;
export const isKept = (row) => row.hasAttribute("data-closed");
export const isFixed = (body) => body.closest("table").hasAttribute("data-fixed");
export const FIXED = "审核意见没有指到增加或移动行，不能这样做；需要时请先申请开放。";
export const KEPT = "审核意见没有指到这些行，不能删除；需要时请先申请开放。";
export const UNFILLED = "没有填充：这些单元格都没有开放，需要修改请先申请开放。";
export const skipped = (count) =>
  count ? `${count}个没有开放的单元格保持不变，需要修改请先申请开放。` : "";

// The rows from one on; missing ones are added as far as the limit allows.
export function rowsFrom(row, count) {
  const body = row.parentElement;
  const there = [...body.rows].slice(row.sectionRowIndex, row.sectionRowIndex + count);
  const most = isFixed(body) ? 0 : LIMIT - body.rows.length;
  const missing = Math.max(0, Math.min(count - there.length, most));
  const added = Array.from({ length: missing }, blank);
  body.append(...added);
  return [...there, ...added];
}

export const readAll = (body) => [...body.rows].map((row) => ({ row, texts: readRow(row) }));

export const same = (before, after) =>
  before.length === after.length && firstDifference(before, after) < 0;

export const firstDifference = (before, after) =>
  after.findIndex(({ row, texts }, i) =>
    before[i]?.row !== row || texts.some((text, column) => text !== before[i].texts[column])
  );

export function writeAll(body, state) {
  const moved = state.length !== body.rows.length ||
    state.some(({ row }, i) => body.rows[i] !== row);
  if (moved) body.replaceChildren(...state.map(({ row }) => row));
  state.forEach(({ row, texts }) => texts.forEach((text, column) => write(row, column, text)));
}

// For browsers in which a text area does not grow: all heights are read before any is set.
export function grow(areas) {
  if (GROWS_BY_ITSELF) return;
  areas.forEach((area) => area.style.height = "auto");
  const heights = areas.map((area) => area.scrollHeight + 2);
  areas.forEach((area, i) => area.style.height = `${heights[i]}px`);
}
