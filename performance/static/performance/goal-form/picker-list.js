// The list that the picker shows: its items, where it stands, which one is selected.

const GAP = 4; // px between the field and the list, and around it
const TALL = 352; // px, where there is room

const make = (tag, className, ...content) => {
  const made = document.createElement(tag);
  made.className = className;
  made.append(...content);
  return made;
};

const option = (index, className, ...content) => {
  const item = make("li", className, ...content);
  item.id = `picker-${index}`;
  item.setAttribute("role", "option");
  item.setAttribute("aria-selected", "false");
  return item;
};

// The server tells which parts answer what was typed, in characters; the DOM counts code units.
const highlighted = (text, marks) => {
  const characters = [...text];
  const parts = [];
  let at = 0;
  for (const [start, end] of marks) {
    parts.push(characters.slice(at, start).join(""));
    parts.push(make("mark", "", characters.slice(start, end).join("")));
    at = end;
  }
  return [...parts, characters.slice(at).join("")];
};

const itemOf = ({ text, level1, level2, reasons, last, marks }, index) => {
  const small = make("small", "", make("span", "", `${level1} / ${level2}`));
  if (reasons.length) small.append(make("span", "picker-reason", reasons.join("，")));
  if (last) small.append(make("span", "", `上年：${last}`));
  const item = option(index, "", ...highlighted(text, marks), small);
  Object.assign(item.dataset, { text, level1, level2 });
  return item;
};

const requestItem = (href, index) => {
  const item = option(index, "picker-request", "没有合适的？申请增补指标 ↗");
  item.dataset.href = href;
  return item;
};

export function makeList(form, list) {
  const note = make("p", "picker-said");
  const box = make("div", "picker");
  const status = make("p", "portal-hidden"); // is read out; a hidden box would keep silent
  status.setAttribute("role", "status");
  box.hidden = true;
  list.replaceWith(box);
  list.className = "picker-list";
  list.hidden = false;
  box.append(note, list);
  form.append(status);
  let field = null;

  const items = () => [...list.children];
  const selected = () => list.querySelector("[aria-selected=true]");

  const place = () => {
    if (box.hidden) return;
    const { left, top, bottom, width } = field.getBoundingClientRect();
    const { clientWidth, clientHeight } = document.documentElement;
    const below = clientHeight - bottom - 2 * GAP;
    const above = top - 2 * GAP;
    const upwards = below < Math.min(TALL, box.scrollHeight) && above > below;
    const room = Math.max(upwards ? above : below, 5 * GAP);
    box.style.minWidth = `${Math.min(width, clientWidth - 2 * GAP)}px`;
    box.style.maxHeight = `${Math.min(TALL, room)}px`;
    box.style.top = upwards ? "auto" : `${bottom + GAP}px`;
    box.style.bottom = upwards ? `${clientHeight - top + GAP}px` : "auto";
    const right = clientWidth - box.offsetWidth - GAP;
    box.style.left = `${Math.max(GAP, Math.min(left, right))}px`;
  };

  const open = (input, text, spoken) => {
    field = input;
    note.textContent = text;
    note.hidden = !text;
    status.textContent = spoken;
    box.hidden = false;
    field.setAttribute("aria-expanded", String(list.children.length > 0));
    field.removeAttribute("aria-activedescendant");
    list.scrollTop = 0;
    place();
  };

  const show = (input, indicators, request, text) => {
    list.replaceChildren(...indicators.map(itemOf));
    if (request) list.append(requestItem(request, indicators.length));
    open(input, text, text || `列出${indicators.length}项，用上下方向键选择。`);
  };
  const say = (input, text) => {
    list.replaceChildren();
    open(input, text, text);
  };

  const close = (input) => {
    box.hidden = true;
    status.textContent = "";
    input?.setAttribute("aria-expanded", "false");
    input?.removeAttribute("aria-activedescendant");
  };

  const select = (input, next) => {
    items().forEach((item) => item.setAttribute("aria-selected", String(item === next)));
    input.setAttribute("aria-activedescendant", next.id);
    next.scrollIntoView({ block: "nearest" });
    return true;
  };
  const move = (input, step) => {
    const all = items();
    const at = all.indexOf(selected());
    const next = at < 0 && step < 0 ? all.length - 1 : (at + step + all.length) % all.length;
    return all.length > 0 && select(input, all[next]);
  };
  const page = (input, step) => {
    const all = items();
    const many = Math.max(1, Math.floor(list.clientHeight / (all[0]?.offsetHeight || 1)));
    const next = Math.max(0, Math.min(all.length - 1, all.indexOf(selected()) + step * many));
    return all.length > 0 && select(input, all[next]);
  };

  // Taken when the finger or button goes up: a finger that scrolls the list chooses nothing.
  const onChoose = (choose) =>
    list.addEventListener("click", ({ target }) => {
      const item = target.closest("[role=option]");
      if (item) choose(item);
    });
  box.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
  globalThis.addEventListener("resize", place);
  document.addEventListener("scroll", (event) => box.contains(event.target) || place(), true);

  return { show, say, close, move, page, selected, onChoose };
}
