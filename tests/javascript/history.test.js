import { makeHistory } from "../../performance/static/performance/goal-form/history.js";
import { equal } from "./equal.js";

const same = (a, b) => a === b;
const made = (...states) => {
  const history = makeHistory(states[0], same);
  states.slice(1).forEach((state) => history.record(state));
  return history;
};

Deno.test("goes back to the beginning and forth to the end", () => {
  const history = made("a", "b", "c");
  equal([history.undo(), history.undo(), history.undo()], ["b", "a", null]);
  equal([history.redo(), history.redo(), history.redo()], ["b", "c", null]);
});

Deno.test("what did not change is no step", () => {
  const history = made("a", "a");
  equal([history.canUndo(), history.canRedo()], [false, false]);
});

Deno.test("a new step ends what was undone", () => {
  const history = made("a", "b");
  history.undo();
  history.record("c");
  equal([history.redo(), history.current(), history.undo()], [null, "c", "a"]);
});

Deno.test("the oldest steps are forgotten", () => {
  const history = made(...Array.from({ length: 500 }, (_, i) => String(i)));
  let oldest;
  while (history.canUndo()) oldest = history.undo();
  equal([oldest, history.redo()], ["400", "401"]);
});
