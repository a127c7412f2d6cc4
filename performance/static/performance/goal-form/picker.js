// One list of the library's indicators for the level-3 fields of all rows. It only fills them:
// what is typed without it is looked up when the form is saved.

import { mark } from "./lines.js";
import { makeList } from "./picker-list.js";

const WAIT = 180; // ms without a key before the library is asked
const SLOW = 400; // ms without an answer before that is said
const COMPOSING = 229; // what some browsers say of the key that ends the input of a character
const FAILED = "没有查到：网络不通，或登录已过期。可以先照写，稍后按 F4 再查。";
const NONE = "指标库中没有找到。可以先照写保存，送审前须从指标库选取。";

const isField = (target) => target.matches("[name=line_level3]:not([readonly])");

export function attachPicker(form, element) {
  const list = makeList(form, element);
  let target = null; // the field whose list is open
  let asking = null; // the field that it is, or will be when the answer comes
  let timer = 0;
  let running = new AbortController();

  const level2 = (row) => row.querySelector("[data-level='2']");
  const setLevels = (row, one, two) => {
    row.querySelector("[data-level='1']").textContent = one;
    level2(row).textContent = two;
  };

  const close = () => {
    running.abort();
    clearTimeout(timer);
    list.close(target);
    target = asking = null;
  };

  const choose = (item) => {
    if (item.dataset.href) {
      globalThis.open(item.dataset.href, "_blank", "noopener"); // the form stays as it is
      return close();
    }
    const field = target;
    const row = field.closest("tr");
    close();
    field.value = item.dataset.text;
    setLevels(row, item.dataset.level1, item.dataset.level2);
    delete row.dataset.level2;
    mark(field);
    row.dispatchEvent(new CustomEvent("lines-changed", { bubbles: true }));
    row.querySelector("[name=line_cycle]").focus();
  };

  const address = (field) => {
    const url = new URL(form.dataset.indicators, globalThis.location.href);
    const row = field.closest("tr");
    const known = {
      q: field.value,
      unit: form.elements.unit?.value,
      category: form.elements.category?.value,
      level2: level2(row).textContent.trim() || row.dataset.level2,
    };
    for (const [name, text] of Object.entries(known)) {
      if (text) url.searchParams.set(name, text);
    }
    return url;
  };

  // Only the newest question is answered: an older one is broken off.
  const look = async (field) => {
    if (asking !== field) close();
    asking = field;
    running.abort();
    clearTimeout(timer);
    const { signal } = running = new AbortController();
    const say = (text) => {
      target = field;
      list.say(field, text);
    };
    const slow = setTimeout(() => signal.aborted || say("正在查找……"), SLOW);
    try {
      const answer = await fetch(address(field), { signal });
      if (!answer.ok) throw new Error(answer.status);
      const { indicators, request } = await answer.json();
      if (signal.aborted || document.activeElement !== field) return;
      target = field;
      list.show(field, indicators, request, indicators.length ? "" : NONE);
    } catch {
      if (!signal.aborted && document.activeElement === field) say(FAILED);
    } finally {
      clearTimeout(slow);
    }
  };

  // While the list is open it calls preventDefault on the keys it uses; other listeners leave those.
  const take = () => list.selected() && (choose(list.selected()), true);
  const openKeys = {
    ArrowDown: () => list.move(target, 1),
    ArrowUp: () => list.move(target, -1),
    PageDown: () => list.page(target, 1),
    PageUp: () => list.page(target, -1),
    Enter: take, // with nothing selected the row below is meant
    Tab: take,
    Escape: () => (close(), true),
  };

  form.addEventListener("input", ({ target: field }) => {
    if (!isField(field)) return;
    const row = field.closest("tr");
    const known = level2(row).textContent.trim(); // a pasted block may have told it
    if (known) row.dataset.level2 = known;
    if (!field.value) delete row.dataset.level2;
    setLevels(row, "", "");
    clearTimeout(timer);
    timer = setTimeout(() => document.activeElement === field && look(field), WAIT);
  });

  form.addEventListener("focusin", ({ target: field }) => {
    if (isField(field) && !field.value) look(field);
  });
  form.addEventListener("click", ({ target: field }) => {
    if (isField(field) && !field.value && field !== asking) look(field);
  });

  form.addEventListener("keydown", (event) => {
    if (!isField(event.target) || event.isComposing || event.keyCode === COMPOSING) return;
    if (event.key === "F4" && !event.altKey) {
      target ? close() : look(event.target);
      return event.preventDefault();
    }
    const plain = !(event.altKey || event.ctrlKey || event.metaKey || event.shiftKey);
    if (target && plain && openKeys[event.key]?.()) event.preventDefault();
  });

  list.onChoose(choose);
  form.addEventListener("paste", close, true); // rows are about to stand under it
  form.addEventListener("focusout", ({ target: field }) => {
    const left = () => field === asking && field !== document.activeElement;
    if (isField(field)) setTimeout(() => left() && close(), 100);
  });
}
