// The lines grid on top of plain named inputs: rows, their order, and one picker for all of them.
// Without this file the form still works: rows can be filled, emptied and saved.
(() => {
  "use strict";
  const form = document.getElementById("goal-form");
  const body = form?.querySelector("#lines tbody");
  const picker = document.getElementById("picker");
  if (!form || !body || !picker) return;

  const blank = () => document.getElementById("blank-line").content.firstElementChild.cloneNode(true);
  let changed = false;

  const touch = () => { changed = true; };
  const grow = (area) => {
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight + 2}px`;
  };

  const actions = {
    add: () => {
      const row = body.appendChild(blank());
      row.querySelector("[name=line_level3]").focus();
    },
    remove: (row) => {
      const next = row.nextElementSibling || row.previousElementSibling;
      row.remove();
      if (!body.children.length) body.appendChild(blank());
      next?.querySelector("[name=line_level3]")?.focus();
    },
    up: (row) => row.previousElementSibling?.before(row),
    down: (row) => row.nextElementSibling?.after(row),
  };

  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-act]");
    if (!button) return;
    touch();
    actions[button.dataset.act](button.closest("tr"));
    if (button.dataset.act === "up" || button.dataset.act === "down") button.focus();
  });
  form.querySelector("[data-act=add]").hidden = false;

  // --- the picker ---------------------------------------------------------------------------
  let target = null;
  let timer = 0;
  let asked = 0;

  const close = () => {
    picker.hidden = true;
    target?.setAttribute("aria-expanded", "false");
    target = null;
  };

  const choose = (item) => {
    const row = target.closest("tr");
    target.value = item.dataset.text;
    row.querySelector("[data-level='1']").textContent = item.dataset.level1;
    row.querySelector("[data-level='2']").textContent = item.dataset.level2;
    touch();
    close();
    row.querySelector("[name=line_cycle]").focus();
  };

  const option = (indicator, index) => {
    const item = document.createElement("li");
    item.id = `picker-${index}`;
    item.setAttribute("role", "option");
    Object.assign(item.dataset, indicator);
    item.textContent = indicator.text;
    const levels = document.createElement("small");
    levels.textContent = `${indicator.level1} / ${indicator.level2}`;
    item.append(levels);
    return item;
  };

  const show = (input, indicators) => {
    target = input;
    const empty = document.createElement("li");
    empty.className = "picker-empty";
    empty.textContent = "指标库中没有找到；可以先照写保存，送审前须从指标库选取。";
    picker.replaceChildren(...(indicators.length ? indicators.map(option) : [empty]));
    const box = input.getBoundingClientRect();
    picker.style.left = `${box.left + window.scrollX}px`;
    picker.style.top = `${box.bottom + window.scrollY}px`;
    picker.style.minWidth = `${box.width}px`;
    picker.hidden = false;
    input.setAttribute("aria-expanded", "true");
  };

  const look = async (input) => {
    const ask = ++asked;
    const words = input.value.replace(/^([0-9]+)-/, "$1 ");
    try {
      const answer = await fetch(`${form.dataset.indicators}&q=${encodeURIComponent(words)}`);
      if (!answer.ok) return;
      const found = (await answer.json()).indicators;
      if (ask === asked && document.activeElement === input) show(input, found);
    } catch { /* no network: the field stays a plain text field */ }
  };

  const move = (step) => {
    const items = [...picker.querySelectorAll("[role=option]")];
    if (!items.length) return;
    const at = items.findIndex((item) => item.ariaSelected === "true");
    const next = items[(at + step + items.length) % items.length];
    items.forEach((item) => { item.ariaSelected = String(item === next); });
    target.setAttribute("aria-activedescendant", next.id);
    next.scrollIntoView({ block: "nearest" });
  };

  form.addEventListener("input", (event) => {
    touch();
    const input = event.target;
    if (input.tagName === "TEXTAREA") {
      grow(input);
      input.parentElement.querySelector(".understood")?.remove();  // of what stood there before
    }
    if (input.name !== "line_level3") return;
    const row = input.closest("tr");
    row.querySelectorAll("[data-level]").forEach((cell) => { cell.textContent = ""; });
    clearTimeout(timer);
    timer = setTimeout(() => look(input), 180);
  });

  form.addEventListener("focusin", (event) => {
    if (event.target.name === "line_level3" && !event.target.value) look(event.target);
  });

  form.addEventListener("keydown", (event) => {
    if (event.target.name !== "line_level3") return;
    const selected = picker.querySelector("[aria-selected=true]");
    if (picker.hidden) {
      if (event.key === "Enter") event.preventDefault();
      if (event.key === "ArrowDown") look(event.target);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (selected) choose(selected);
    } else if (event.key === "Escape") {
      close();
    }
  });

  picker.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const item = event.target.closest("[role=option]");
    if (item) choose(item);
  });
  form.addEventListener("focusout", () => setTimeout(() => {
    if (target && document.activeElement !== target) close();
  }, 100));

  // --- leaving with something unsaved -----------------------------------------------------------
  form.addEventListener("submit", () => { changed = false; });
  window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
  form.querySelectorAll("textarea").forEach(grow);
  if (document.querySelector("[role=alert]")) changed = true;
})();
