// The rows of the table as data: five texts each, and the hidden key that stays with its row.

import { COLUMNS, LEVEL3 } from "./fit.js";

export const LAST = COLUMNS.length - 1;
export const LIMIT = 1000; // lines of a goal, as the server has it

const GROWS_BY_ITSELF = CSS.supports("field-sizing", "content");

export const blank = () =>
  document.getElementById("blank-line").content.firstElementChild.cloneNode(true);

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
export function fill(row, texts) {
  const other = texts[LEVEL3] !== undefined && texts[LEVEL3] !== read(row, LEVEL3);
  texts.forEach((text, column) => {
    if (column >= LEVEL3 && text !== undefined) write(row, column, text);
    if (column < LEVEL3 && other) write(row, column, text ?? "");
  });
}

// The rows from one on; missing ones are added as far as the limit allows.
export function rowsFrom(row, count) {
  const body = row.parentElement;
  const there = [...body.rows].slice(row.sectionRowIndex, row.sectionRowIndex + count);
  const missing = Math.max(0, Math.min(count - there.length, LIMIT - body.rows.length));
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
