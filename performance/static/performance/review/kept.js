// What is chosen and typed in the decision outlives a reload: writing a remark loads the page anew.

const PREFIX = "review:";

export function attachKept(form, page, storage) {
  const { user, goal, stage } = page.dataset;
  const place = `${PREFIX}${user}:${goal}:${stage}`;
  const fields = () => [...form.elements].filter((f) => f.name && f.type !== "hidden");
  const isTyped = (f) => f.type === "radio" ? f.checked !== f.defaultChecked : f.value !== "";

  // What the server sends back after a refusal is newer.
  const given = fields().some((f) => f.type === "radio" ? f.defaultChecked : f.defaultValue);
  const kept = given ? null : JSON.parse(storage.getItem(place) ?? "null");
  for (const field of kept ? fields() : []) {
    if (!(field.name in kept)) continue;
    if (field.type === "radio") field.checked = kept[field.name] === field.value;
    else if (field.matches("textarea")) field.value = kept[field.name];
  }
  form.addEventListener("input", () => {
    const said = fields().filter((f) => f.type === "radio" ? f.checked : isTyped(f));
    storage.setItem(place, JSON.stringify(Object.fromEntries(said.map((f) => [f.name, f.value]))));
  });
  forgetOthers(storage, place, goal);
}

// Of other stages of this goal: that was decided.
function forgetOthers(storage, place, goal) {
  for (const key of Object.keys(storage)) {
    const [, , other] = key.split(":");
    if (key.startsWith(PREFIX) && other === goal && key !== place) storage.removeItem(key);
  }
}
