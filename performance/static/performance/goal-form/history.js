// States one after the other, to go back and forth in. Pure.

const KEPT = 100;

export function makeHistory(first, same) {
  let states = [first];
  let at = 0;
  const go = (step) => states[at + step] ? states[at += step] : null;
  return {
    record(state) {
      if (same(states[at], state)) return;
      states = [...states.slice(0, at + 1), state].slice(-KEPT);
      at = states.length - 1;
    },
    undo: () => go(-1),
    redo: () => go(1),
    current: () => states[at],
    canUndo: () => at > 0,
    canRedo: () => at < states.length - 1,
  };
}
