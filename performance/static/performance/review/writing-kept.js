// A remark that is being typed outlives a reload: writing down another one loads the page anew.

const NAMES = ["kind", "text", "proposal"];

export function attachWritingKept(page, open, storage) {
  const place = `remarks:${page.dataset.user}:${page.dataset.goal}`;
  const read = () => JSON.parse(storage.getItem(place) ?? "{}");
  const write = (kept) => storage.setItem(place, JSON.stringify(kept));

  const keep = (form) => {
    const said = NAMES.filter((name) => form.elements[name]);
    const values = Object.fromEntries(said.map((name) => [name, form.elements[name].value]));
    const name = form.querySelector("[data-place-name]").textContent;
    write({ ...read(), [form.dataset.writing]: { ...values, name } });
  };
  const forget = (form) => {
    const { [form.dataset.writing]: _, ...others } = read();
    write(others);
  };

  page.addEventListener("input", ({ target }) => {
    const form = target.closest("form[data-writing]");
    if (form) keep(form);
  });
  page.addEventListener("submit", ({ target }) => {
    if (target.matches("form[data-writing]")) forget(target); // refused, the server gives it back
  });
  for (const [token, { name, ...values }] of Object.entries(read())) {
    if (page.querySelector(`form[data-writing="${CSS.escape(token)}"]`)) continue;
    const form = open(token, name);
    for (const [field, value] of form ? Object.entries(values) : []) {
      if (form.elements[field]) form.elements[field].value = value;
    }
  }
  return forget;
}
