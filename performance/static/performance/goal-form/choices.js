// Cells that two people changed differently: choosing shows the text, typing is choosing mine.

export function attachChoices(form) {
  form.querySelector(".choice input")?.focus(); // the first question, however long the form is
  form.addEventListener("change", ({ target }) => {
    const box = target.closest(".choice");
    const input = box && inputOf(box);
    if (!input) return;
    input.value = target.dataset.text;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    target.checked = true;
  });
  form.addEventListener("input", ({ target }) => {
    const box = target.closest("td")?.querySelector(".choice");
    if (!box || box.contains(target)) return;
    const mine = box.querySelector("[value=mine]");
    if (inputOf(box) === target) mine.checked = target.value !== theirs(box);
  });
}

function inputOf(box) {
  const name = box.dataset.choice;
  if (name.endsWith("-line")) return null;
  return box.closest("td").querySelector("input[type=text], textarea, select");
}

function theirs(box) {
  return box.querySelector("[value=theirs]").dataset.text;
}
