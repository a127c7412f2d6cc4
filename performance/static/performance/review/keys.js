// What a key means on the page of a review, and which grade is the lowest. Pure.

export const DEEDS = {
  n: ["note", 1],
  p: ["note", -1],
  j: ["cell", 1, 0],
  k: ["cell", -1, 0],
  ArrowDown: ["cell", 1, 0],
  ArrowUp: ["cell", -1, 0],
  ArrowRight: ["cell", 0, 1],
  ArrowLeft: ["cell", 0, -1],
  r: ["remark"],
  a: ["approve"],
  t: ["return"],
  "?": ["help"],
};

const ARROW = /^Arrow/;

// Letters work everywhere but in a field; arrows, which scroll, only inside the sheet.
export function deedOf({ key, ctrlKey, metaKey, altKey }, { typing, inSheet }) {
  if (typing || ctrlKey || metaKey || altKey) return null;
  if (ARROW.test(key) && !inSheet) return null;
  return DEEDS[key.length === 1 ? key.toLowerCase() : key] ?? null;
}

// The place after (or before) `at` in a list of `length`; -1 stands for nowhere yet.
export function next(at, step, length) {
  if (!length) return -1;
  if (at < 0) return step > 0 ? 0 : length - 1;
  return (at + step + length) % length;
}

const ORDER = ["pass", "return", "reject"];

// Of grades as {name, verdict, rank}; as the server decides it.
export function worst(grades) {
  const badness = ({ verdict, rank }) => ORDER.indexOf(verdict) * 1000 + rank;
  return grades.reduce((a, b) => (a && badness(a) >= badness(b) ? a : b), null);
}
