// Rows dragged by their number to another place, with mouse, pen or finger.

import { isFixed } from "./lines.js";

const SLOP = 5; // pixels that a click may tremble
const EDGE = 130; // pixels at both ends of the window in which the page scrolls along

export function attachOrder(body, edits) {
  let drag = null; // {rows, from, y, x, over, after}

  const show = (over, after) => {
    drag.over?.classList.remove("drop-before", "drop-after");
    over?.classList.add(after ? "drop-after" : "drop-before");
    Object.assign(drag, { over, after });
  };

  const look = () => {
    const found = document.elementFromPoint(drag.x, drag.y)?.closest("tr");
    const [up, down] = [drag.y < EDGE, drag.y > innerHeight - EDGE];
    const over = found?.parentElement === body ? found : drag.over;
    const next = up ? over?.previousElementSibling : over?.nextElementSibling;
    if (up || down) next?.scrollIntoView({ block: "nearest" });
    if (over !== found) return next && (up || down) && show(next, down); // a bar lies over the rows
    const box = over.getBoundingClientRect();
    show(over, drag.y > box.top + box.height / 2);
  };

  const stop = () => {
    if (!drag) return null;
    clearInterval(drag.timer);
    show(null);
    body.classList.remove("dragging");
    const ended = drag;
    drag = null;
    return ended;
  };

  body.addEventListener("pointerdown", (event) => {
    const handle = event.target.closest("[data-act=choose]");
    if (!handle || event.button || isFixed(body)) return;
    drag = { rows: edits.rowsOf(handle.closest("tr")), handle, from: event.clientY, over: null };
    handle.setPointerCapture(event.pointerId);
  });

  body.addEventListener("pointermove", (event) => {
    if (!drag) return;
    Object.assign(drag, { x: event.clientX, y: event.clientY });
    if (!drag.timer && Math.abs(drag.y - drag.from) < SLOP) return;
    drag.timer ??= setInterval(look, 50);
    body.classList.add("dragging");
    look();
  });

  body.addEventListener("pointerup", () => {
    const { over, after } = drag ?? {};
    const { rows, handle } = stop() ?? {};
    if (!over || rows.includes(over)) return;
    edits.change(() => after ? over.after(...rows) : over.before(...rows));
    handle.focus();
  });
  body.addEventListener("pointercancel", stop);
  document.addEventListener("keydown", (event) => event.key === "Escape" && stop());
}
