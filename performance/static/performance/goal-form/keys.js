// What a key means in a cell. Pure.

const BACK = ["ArrowUp", "ArrowLeft"];
const VERTICAL = ["ArrowUp", "ArrowDown"];

// "Ctrl+Shift+z"; the command key of a Mac counts as Ctrl.
export function nameOf({ key, ctrlKey, metaKey, altKey, shiftKey }) {
  const held = { Ctrl: ctrlKey || metaKey, Alt: altKey, Shift: shiftKey };
  const names = Object.keys(held).filter((name) => held[name]);
  return [...names, key.length === 1 ? key.toLowerCase() : key].join("+");
}

// Whether an arrow leaves the text: all of it is selected, or the caret is at that end of it.
export function leaves(arrow, { value, start, end, oneLine }) {
  if (start === 0 && end === value.length) return true;
  if (start !== end) return false;
  if (oneLine && VERTICAL.includes(arrow)) return true;
  return BACK.includes(arrow) ? start === 0 : start === value.length;
}
