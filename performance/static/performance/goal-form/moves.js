// Where the focus goes by keys.

import { leaves } from "./keys.js";
import { element, LAST } from "./lines.js";
import { cellOf } from "./selection.js";

const STOPS = ":is([tabindex], input[type=text], textarea):not(fieldset *, [name=_ask])";
export const STEPS = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

const textOf = (field) => ({
  value: field.value,
  start: field.selectionStart,
  end: field.selectionEnd,
  oneLine: field.scrollHeight < 2 * parseFloat(getComputedStyle(field).lineHeight),
});
const staysInText = (target, arrow) =>
  target.matches("input, textarea") && !leaves(arrow, textOf(target));

// In the first and the last line of a text some systems leave the caret where it is.
const unlessMoved = (field, act) => {
  const before = field.selectionStart;
  setTimeout(() => field === document.activeElement && field.selectionStart === before && act());
};

function goTo(stop) {
  stop?.focus();
  stop?.select?.();
  return true;
}

export const go = (row, column) => goTo(element(row, column).closest(STOPS));

const neighbour = (row, down) => row.parentElement.rows[row.sectionRowIndex + down];

function leave(target, key) {
  const [down, right] = STEPS[key];
  const row = target.closest("tr");
  const stops = [...row.querySelectorAll(STOPS)];
  const at = stops.indexOf(target.closest(STOPS));
  if (right) return goTo(stops[at + right]);
  return goTo(neighbour(row, down)?.querySelectorAll(STOPS)[at]);
}

export function arrow(target, key) {
  if (!staysInText(target, key)) return leave(target, key);
  if (STEPS[key][0]) unlessMoved(target, () => leave(target, key));
  return false;
}

export function stretch(target, key, selection) {
  if (!selection.block() && staysInText(target, key)) return false;
  const [down, right] = STEPS[key];
  const { row, column } = selection.end() ?? cellOf(target);
  const next = neighbour(row, down) ?? row;
  selection.stretch({ row: next, column: Math.max(0, Math.min(LAST, column + right)) });
  next.scrollIntoView({ block: "nearest" });
  return true;
}

// Below the last row there is always another one.
export function enter(target, step, add) {
  if (target.matches("button")) return false;
  const { row, column } = cellOf(target);
  if (step > 0 && !neighbour(row, step)) add();
  return go(neighbour(row, step) ?? row, column);
}
