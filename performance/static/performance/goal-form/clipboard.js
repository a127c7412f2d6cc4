// Copy, cut and paste of blocks, from and to Excel, WPS or another goal.

import { parseTsv, spread, tile, toHtml, toTsv } from "./blocks.js";
import { COLUMNS, fit, LEVEL3 } from "./fit.js";
import { fill, FIXED, isFixed, LAST, LIMIT, read, rowsFrom, skipped, takes } from "./lines.js";

const EDITS = ["F2", "Home", "End"];
const BREAK = "\v"; // stands for a line break while white space is made one space

function textOf(cell) {
  cell.querySelectorAll("br").forEach((br) => br.replaceWith(BREAK));
  cell.querySelectorAll("p, div, li").forEach((part) => part.append(BREAK));
  return cell.textContent.replace(/[ \t\n\r\u00a0]+/g, " ").replace(/ ?\v ?/g, "\n").trim();
}

// The first table as a block, or null. What is parsed so runs no script and loads nothing.
function tableIn(html) {
  const table = new DOMParser().parseFromString(html, "text/html").querySelector("table");
  const shown = [...table?.rows ?? []].filter((row) => row.style.display !== "none");
  const cells = shown.map((row) =>
    [...row.cells].map((td) => ({ text: textOf(td), across: td.colSpan, down: td.rowSpan }))
  );
  const rows = spread(cells);
  return rows[0]?.length ? rows : null;
}

const textsOf = ({ rows, first, last }) =>
  rows.map((row) => Array.from({ length: last - first + 1 }, (_, i) => read(row, first + i)));

// A part of the text of a single field is the browser's affair.
const isPart = ({ value, selectionStart: start, selectionEnd: end }) =>
  start < end && end - start < value.length;
const isInside = ({ value, selectionStart: start, selectionEnd: end }) =>
  value && end - start < value.length;

export function attachClipboard(body, selection, edits, tell) {
  // The field being edited, as in Excel: by typing, a key of the text, or a click where one is already.
  let editing = null;
  body.addEventListener("focusin", () => editing = null);
  body.addEventListener("input", ({ target }) => editing = target);
  body.addEventListener("dblclick", ({ target }) => editing = target);
  body.addEventListener("keydown", ({ key, target }) => {
    if (EDITS.includes(key)) editing = target;
  });
  body.addEventListener("mousedown", ({ target }) => {
    if (target === document.activeElement) editing = target;
  });

  // Answers to remarks stand below a cell, and are none.
  const isOurs = (field) => body.contains(field) && !field.closest("fieldset");

  const copy = (event) => {
    const field = document.activeElement;
    if (!isOurs(field) || (!selection.block() && isPart(field))) return false;
    const rows = textsOf(selection.current());
    event.clipboardData.setData("text/plain", toTsv(rows));
    event.clipboardData.setData("text/html", toHtml(rows));
    event.preventDefault();
    return true;
  };

  const place = (block) => {
    const { rows, first, last } = selection.current();
    const height = rows.at(-1).sectionRowIndex - rows[0].sectionRowIndex + 1;
    const whole = first === 0 && last === LAST;
    const tiled = tile(block, height, whole ? block[0].length : last - first + 1);
    const { lines, notes } = fit(tiled, whole ? LEVEL3 : first);
    const before = body.rows.length;
    const targets = rowsFrom(rows[0], lines.length);
    const taken = targets.some((row, i) => takes(row, lines[i]));
    const kept = targets.reduce((sum, row, i) => sum + fill(row, lines[i]), 0);
    const filled = [...COLUMNS.keys()].filter((c) => lines[0]?.[c] !== undefined);
    selection.choose({ rows: targets, first: filled[0], last: filled.at(-1) });
    const short = isFixed(body) && lines.length > targets.length;
    const count = taken ? targets.length : 0;
    const told = said(count, body.rows.length - before, short || !taken ? count : lines.length);
    tell([told, skipped(kept), short ? FIXED : "", ...notes].join(""));
  };

  const paste = (event) => {
    const field = document.activeElement;
    if (!isOurs(field)) return;
    const plain = event.clipboardData.getData("text/plain");
    const table = tableIn(event.clipboardData.getData("text/html"));
    const block = table ?? parseTsv(plain);
    const single = block.length === 1 && block[0].length === 1;
    if (!selection.block() && "value" in field && field.tagName !== "BUTTON") {
      // Into a cell that is being edited where the caret is; one that was only gone to is replaced.
      const edited = field === editing;
      if (edited && !table && !single && !plain.includes("\t") && isInside(field)) return;
      event.preventDefault();
      if (single && field.readOnly) return tell(skipped(1));
      if (single && !edited) field.select();
      if (single) return document.execCommand("insertText", false, block[0][0]);
    }
    event.preventDefault();
    if (!block.some((row) => row.some(Boolean))) return tell("剪贴板里没有文字，没有粘贴。");
    edits.change(() => place(block));
  };

  document.addEventListener("copy", copy);
  document.addEventListener("cut", (event) => copy(event) && edits.change(edits.clear));
  document.addEventListener("paste", paste);
}

function said(count, added, wanted) {
  const parts = [count ? `已粘贴${count}行` : "没有粘贴任何内容"];
  if (added) parts.push(`新增${added}行`);
  const cut = `。一个项目最多${LIMIT}行，最后${wanted - count}行没有粘贴。`;
  return parts.join("，") + (count < wanted ? cut : "。");
}
