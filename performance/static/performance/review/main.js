// The page of a review on top of plain links and forms; without these files it still works.

import { attachGrades } from "./grades.js";
import { attachKept } from "./kept.js";
import { deedOf, next } from "./keys.js";
import { attachWriting } from "./writing.js";

const page = document.querySelector(".review");
const decision = document.getElementById("decision");
const FIELDS = "input, textarea, select, [contenteditable]";

const shown = (selector) => [...page.querySelectorAll(selector)].filter((e) => e.offsetParent);

function go(element) {
  if (!element) return false;
  element.focus();
  element.scrollIntoView({ block: "nearest" });
  return true;
}

function toNote(step) {
  const notes = shown("[data-note]");
  const at = notes.indexOf(document.activeElement.closest("[data-note]"));
  return go(notes[next(at, step, notes.length)]);
}

// The cell that has the focus, or that the note with the focus speaks of.
function cellNear(element) {
  const note = element.closest("[data-note]");
  const anchor = note?.querySelector(".note-head a")?.hash.slice(1);
  return anchor ? document.getElementById(anchor) : element.closest("[data-cell]");
}

// Head cells stand beside the first line; above and below it there is the same column.
function toCell(down, right) {
  const at = cellNear(document.activeElement);
  const cells = shown("td[data-cell]");
  if (!at) return go(cells[0]);
  if (right) return go(cells[cells.indexOf(at) + right]);
  const same = cells.filter((cell) => cell.dataset.label === at.dataset.label);
  return go(same[same.indexOf(at) + down]);
}

function toDeed(name) {
  const button = decision?.querySelector(`[data-deed="${name}"]`);
  const field = button?.closest(".deed").querySelector("textarea");
  return go(name === "approve" ? button : field ?? button);
}

function help() {
  const dialog = document.getElementById("review-keys");
  if (dialog.open) dialog.close();
  else dialog.showModal();
  return true;
}

function attachKeys(write) {
  const DEEDS = {
    note: (step) => toNote(step),
    cell: (down, right) => toCell(down, right),
    remark: () => write(cellNear(document.activeElement)),
    approve: () => toDeed("approve"),
    return: () => toDeed("return"),
    help,
  };
  document.addEventListener("keydown", (event) => {
    const target = event.target;
    const typing = target.matches?.(FIELDS);
    const inSheet = Boolean(target.closest?.("[data-cell]"));
    if (event.key === "Enter" && target.matches?.("[data-cell]")) {
      if (write(target)) event.preventDefault();
      return;
    }
    if (event.key === "Escape" && target.closest?.("#decision")) {
      go(page.querySelector('td[data-cell][tabindex="0"]'));
      return;
    }
    const deed = deedOf(event, { typing, inSheet });
    if (deed && DEEDS[deed[0]](...deed.slice(1))) event.preventDefault();
  });
}

// One stop for Tab in the whole sheet; from there the arrows lead on.
function attachCells() {
  const cells = [...page.querySelectorAll("td[data-cell]")];
  cells.forEach((cell, number) => cell.tabIndex = number ? -1 : 0);
  for (const link of page.querySelectorAll("td[data-cell] .cell-remark")) link.tabIndex = -1;
  page.addEventListener("focusin", ({ target }) => {
    if (!target.matches("td[data-cell]")) return;
    for (const cell of cells) cell.tabIndex = cell === target ? 0 : -1;
  });
}

function attachFolds() {
  page.addEventListener("click", (event) => {
    const link = event.target.closest("[data-unfold]");
    if (!link) return;
    event.preventDefault();
    const open = link.getAttribute("aria-expanded") !== "true";
    link.setAttribute("aria-expanded", String(open));
    link.textContent = open
      ? `收起没有变化的 ${link.dataset.count} 行`
      : `还有 ${link.dataset.count} 行没有变化，展开`;
    let row = link.closest("tr").nextElementSibling;
    for (; row?.hasAttribute("data-folded"); row = row.nextElementSibling) row.hidden = !open;
  });
}

// Enter in a field sends a form by its first button; here only a button itself decides.
function attachEnter(form) {
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("input, select")) event.preventDefault();
  });
}

// A reload compares with the same: by then this version counts as looked at.
function keepBase() {
  const address = new URL(location.href);
  if (address.searchParams.has("since") || page.dataset.since === "none") return;
  if (address.pathname.endsWith("/change/")) {
    address.searchParams.set("since", page.dataset.since);
    history.replaceState(history.state, "", address);
  }
}

if (page) {
  keepBase();
  attachCells();
  attachFolds();
  attachKeys(attachWriting(page));
  if (decision) {
    attachEnter(decision);
    attachKept(decision, page, sessionStorage);
    attachGrades(decision);
  }
}
