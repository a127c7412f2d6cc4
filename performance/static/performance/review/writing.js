// A remark is written where it belongs: the form opens in the margin of its cell.

import { attachWritingKept } from "./writing-kept.js";

const textOf = (cell) => {
  const said = cell?.querySelector(".cell-said ins, .cell-said > span");
  return said ? said.innerText.trim() : "";
};

export function attachWriting(page) {
  const template = page.querySelector("#writing-template");
  if (!template) return () => false;

  const place = (token, name) => {
    const there = page.querySelector(`form[data-writing="${CSS.escape(token)}"]`);
    if (there) return there;
    const home = homeOf(page, token);
    if (!home) return null; // the line is gone
    const form = make(template, token, name, page);
    home.prepend(form);
    (home.closest("tr") ?? home).hidden = false; // it may have been folded away
    return form;
  };
  const open = (token, name) => {
    place(token, name)?.querySelector("textarea").focus();
    return true;
  };
  const forget = attachWritingKept(page, place, sessionStorage);
  const close = (form) => {
    forget(form);
    remove(page, form);
  };

  page.addEventListener("click", (event) => {
    const cancel = event.target.closest("[data-cancel]");
    if (cancel) {
      event.preventDefault();
      close(cancel.closest("form"));
      return;
    }
    const link = event.target.closest("a[data-remark]");
    if (link) {
      event.preventDefault();
      open(link.dataset.remark, link.dataset.place);
      return;
    }
    const cell = event.target.closest("[data-cell]");
    const busy = event.target.closest("a, button, form") || String(getSelection());
    if (cell && !busy) openAt(cell, open);
  });
  page.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const form = event.target.closest?.("form[data-writing]");
    if (form) close(form);
  });
  return (cell) => openAt(cell, open);
}

function openAt(cell, open) {
  const link = cell?.querySelector("a[data-remark]");
  return link ? open(link.dataset.remark, link.dataset.place) : false;
}

function remove(page, form) {
  const cell = page.querySelector(`[data-cell="${CSS.escape(form.dataset.writing)}"]`);
  form.remove();
  cell?.focus();
}

function make(template, token, place, page) {
  const form = template.content.firstElementChild.cloneNode(true);
  const [key, field] = token.split(".");
  form.dataset.writing = token;
  form.classList.add(`at-${field}`);
  form.elements.key.value = key;
  form.elements.field.value = field;
  form.querySelector("[data-place-name]").textContent = place;
  const proposal = form.querySelector("[data-proposal]");
  if (["level1", "level2", "line", "lines", "form"].includes(field)) proposal.remove();
  else form.elements.proposal.value = textOf(page.querySelector(cellOf(token)));
  return form;
}

const cellOf = (token) => `[data-cell="${CSS.escape(token)}"]`;

function homeOf(page, token) {
  if (token === ".form" || token === ".lines") {
    return page.querySelector(".review-summary > .review-around");
  }
  const cell = page.querySelector(cellOf(token)) ??
    page.querySelector(`a[data-remark="${CSS.escape(token)}"]`);
  return cell?.closest("tr")?.querySelector("td.margin") ?? cell;
}
