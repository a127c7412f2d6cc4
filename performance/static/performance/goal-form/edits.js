// What can be done to the lines besides typing; every one of it is a step that can be undone.

import { COLUMNS, LEVEL3 } from "./fit.js";
import { makeHistory } from "./history.js";
import * as lines from "./lines.js";
import { go } from "./moves.js";
import { cellOf } from "./selection.js";

export function attachEdits(body, bar, selection, tell) {
  const history = makeHistory(lines.readAll(body), lines.same);
  const changed = () => body.dispatchEvent(new CustomEvent("lines-changed", { bubbles: true }));

  const record = () => {
    history.record(lines.readAll(body));
    bar.querySelector("[data-act=undo]").disabled = !history.canUndo();
    bar.querySelector("[data-act=redo]").disabled = !history.canRedo();
  };
  const change = (operation) => {
    record(); // what was typed until now is a step of its own
    operation();
    return lines.same(history.current(), lines.readAll(body)) || changed();
  };

  const clear = () => {
    const { rows, first, last } = selection.current();
    const empty = COLUMNS.map((_, c) => c >= first && c <= last ? "" : undefined);
    const kept = rows.reduce((sum, row) => sum + lines.fill(row, empty), 0);
    if (kept) tell(lines.skipped(kept));
  };

  const fillDown = () => {
    const { rows, first, last } = selection.current() ?? { rows: [] };
    const [from, ...to] = rows.length > 1 ? rows : [rows[0]?.previousElementSibling, ...rows];
    if (!from) return tell("请先选中要填充的单元格：第一行的内容会填到下面各行。");
    if (last < LEVEL3) return tell("一级、二级指标由三级指标带出，请选中三级指标或指标值再填充。");
    const wanted = (c) => c < LEVEL3 || (c >= first && c <= last);
    const texts = lines.readRow(from).map((text, c) => wanted(c) ? text : undefined);
    if (!to.some((row) => lines.takes(row, texts))) return tell(lines.UNFILLED);
    let kept = 0;
    change(() => to.forEach((row) => kept += lines.fill(row, texts)));
    return tell(`已向下填充${to.length}行。${lines.skipped(kept)}`);
  };

  const add = () => {
    if (lines.isFixed(body)) return tell(lines.FIXED);
    const count = body.rows.length;
    change(() => lines.rowsFrom(body.rows[count - 1], 2));
    if (body.rows.length === count) tell(`一个项目最多${lines.LIMIT}行，没有添加。`);
    return go(body.rows[body.rows.length - 1], LEVEL3);
  };

  const remove = (rows) => {
    if (rows.some(lines.isKept)) return tell(lines.KEPT);
    const next = rows.at(-1).nextElementSibling ?? rows[0].previousElementSibling;
    change(() => {
      if (rows.length === body.rows.length) body.append(lines.placeholder(body));
      rows.forEach((row) => row.remove());
    });
    go(next?.isConnected ? next : body.rows[0], LEVEL3);
    return tell(`已删除${rows.length}行，可以撤销。`);
  };

  const rowsOf = (row) => selection.block()?.rows.includes(row) ? selection.block().rows : [row];
  // The neighbour hops over the rows: they stay in the page, and keep focus and selection.
  const hop = (row, up) => {
    const rows = rowsOf(row);
    const other = up ? rows[0].previousElementSibling : rows.at(-1).nextElementSibling;
    if (other && lines.isFixed(body)) return tell(lines.FIXED);
    return !other || change(() => up ? rows.at(-1).after(other) : rows[0].before(other));
  };

  const travel = (state, word) => {
    if (!state) return tell(`没有可以${word}的操作。`);
    const at = lines.firstDifference(lines.readAll(body), state);
    selection.choose(null);
    lines.writeAll(body, state);
    changed();
    go((state[at] ?? state.at(-1)).row, LEVEL3);
    return tell(`已${word}。`);
  };
  const undo = () => {
    record();
    return travel(history.undo(), "撤销");
  };
  const redo = () => travel(history.redo(), "重做");

  // Whether a field's text differs from the last step: so long the browser itself undoes in it.
  const isTyping = (field) => {
    const { row, column } = cellOf(field);
    const known = history.current().find((line) => line.row === row);
    return field.matches("input, textarea") && known?.texts[column] !== field.value;
  };

  return { record, change, clear, fillDown, add, remove, rowsOf, hop, undo, redo, isTyping };
}
