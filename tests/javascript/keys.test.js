import { leaves, nameOf } from "../../performance/static/performance/goal-form/keys.js";
import { equal } from "./equal.js";

const ARROWS = ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"];
const text = (value, start, end = start, oneLine = false) => ({ value, start, end, oneLine });
const out = (state) => ARROWS.filter((arrow) => leaves(arrow, state));

const CASES = [
  ["an empty cell", text("", 0), ARROWS],
  ["all of the text selected", text("abc", 0, 3), ARROWS],
  ["a part selected", text("abc", 0, 2), []],
  ["the caret at the beginning", text("a\nb", 0), ["ArrowUp", "ArrowLeft"]],
  ["the caret at the end", text("a\nb", 3), ["ArrowDown", "ArrowRight"]],
  ["the caret in the middle", text("a\nb", 1), []],
  ["the caret in the middle of one line", text("abc", 1, 1, true), ["ArrowUp", "ArrowDown"]],
];
for (const [name, state, expected] of CASES) {
  Deno.test(`arrows that leave: ${name}`, () => equal(out(state), expected));
}

Deno.test("keys are named in one order, whatever the keyboard sends", () => {
  const key = (key, ...held) => Object.fromEntries([["key", key], ...held.map((h) => [h, true])]);
  equal(nameOf(key("Z", "ctrlKey", "shiftKey")), "Ctrl+Shift+z");
  equal(nameOf(key("z", "metaKey")), "Ctrl+z");
  equal(nameOf(key("ArrowUp", "altKey")), "Alt+ArrowUp");
  equal(nameOf(key("Enter")), "Enter");
});
