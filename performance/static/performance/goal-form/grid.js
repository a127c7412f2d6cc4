// The lines as a grid with the habits of Excel and WPS, over the same named inputs.

import { attachClipboard } from "./clipboard.js";
import { attachEdits } from "./edits.js";
import { nameOf } from "./keys.js";
import { grow, mark } from "./lines.js";
import { arrow, enter, STEPS, stretch } from "./moves.js";
import { attachOrder } from "./order.js";
import { attachSelection } from "./selection.js";

const COMPOSING = 229; // what some browsers say of the key that ends the input of a character

// Each says whether the key was its own; otherwise the browser's meaning stays.
const KEYS = {
  "Enter": ({ target, edits }) => enter(target, 1, edits.add),
  "Shift+Enter": ({ target, edits }) => enter(target, -1, edits.add),
  "Alt+Enter": lineBreak,
  "Ctrl+Enter": lineBreak,
  "Alt+ArrowUp": ({ target, edits }) => edits.hop(target.closest("tr"), true),
  "Alt+ArrowDown": ({ target, edits }) => edits.hop(target.closest("tr"), false),
  "Ctrl+d": ({ edits }) => edits.fillDown(),
  "Ctrl+-": ({ edits, selection }) => selection.block() && edits.remove(selection.block().rows),
  "Ctrl+z": ({ target, edits }) => !edits.isTyping(target) && edits.undo(),
  "Ctrl+y": ({ edits }) => edits.redo(),
  "Ctrl+Shift+z": ({ edits }) => edits.redo(),
  "Delete": clearBlock,
  "Backspace": clearBlock,
  "Escape": ({ selection }) => selection.choose(null),
  "F2": ({ target }) => target.setSelectionRange?.(target.value.length, target.value.length),
};
for (const key of Object.keys(STEPS)) {
  KEYS[key] = ({ target }) => arrow(target, key);
  KEYS[`Shift+${key}`] = ({ target, selection }) => stretch(target, key, selection);
}

function lineBreak({ target }) {
  if (target.matches("textarea")) document.execCommand("insertText", false, "\n");
  return !target.matches("button");
}

function clearBlock({ edits, selection }) {
  return selection.block() && edits.change(edits.clear);
}

const BUTTONS = {
  add: ({ edits }) => edits.add(),
  fill: ({ edits }) => edits.fillDown(),
  undo: ({ edits }) => edits.undo(),
  redo: ({ edits }) => edits.redo(),
  delete: ({ edits, selection, tell }) =>
    selection.current()
      ? edits.remove(selection.current().rows)
      : tell("请先点行号选中要删除的行。"),
  remove: ({ target, edits }) => edits.remove([target.closest("tr")]),
  up: ({ target, edits }) => edits.hop(target.closest("tr"), true),
  down: ({ target, edits }) => edits.hop(target.closest("tr"), false),
};

export function attachGrid(form) {
  const body = form.querySelector("#lines tbody");
  const bar = form.querySelector(".lines-bar");
  const tell = (text) => {
    bar.querySelector(".lines-status").textContent = text;
    return true;
  };
  const selection = attachSelection(body, tell);
  const edits = attachEdits(body, bar, selection, tell);
  attachClipboard(body, selection, edits, tell);
  attachOrder(body, edits);

  // Choices between two people's texts stand below a cell, and are none.
  const isOurs = (target) => body.contains(target) && !target.closest("fieldset");
  form.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || !isOurs(event.target)) return;
    if (event.isComposing || event.keyCode === COMPOSING) return;
    const used = KEYS[nameOf(event)]?.({ target: event.target, edits, selection });
    if (used) event.preventDefault();
  });
  form.addEventListener("click", ({ target }) => {
    const act = target.closest("[data-act]")?.dataset.act;
    BUTTONS[act]?.({ target, edits, selection, tell });
  });
  form.addEventListener("input", ({ target }) => {
    if (target.matches("textarea")) grow([target]);
    if (!isOurs(target)) return;
    mark(target);
    bar.querySelector("[data-act=undo]").disabled = false;
  });
  body.addEventListener("change", edits.record);
  body.addEventListener("focusin", ({ target }) => {
    if (target.readOnly) tell("审核意见没有指到这一格，不能修改；需要修改请按锁形按钮申请开放。");
  });
  form.addEventListener("lines-changed", () => {
    edits.record();
    grow([...body.querySelectorAll("textarea")]);
  });
  grow([...form.querySelectorAll("textarea")]);
  bar.hidden = false;
}
