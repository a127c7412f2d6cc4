// The goal form on top of plain named inputs; without these files it still saves.

import { attachAutosave } from "./autosave.js";
import { attachChoices } from "./choices.js";
import { attachGrid } from "./grid.js";
import { attachPicker } from "./picker.js";

const form = document.getElementById("goal-form");
if (form) {
  attachPicker(form, document.getElementById("picker")); // first: its keys win while it is open
  attachGrid(form);
  attachChoices(form);
  attachAutosave(form);
  tellWhatCameEarly(form);
  form.querySelector("[autofocus]")?.focus(); // a browser itself does not where the address has a #
}

// On a slow line people type before these files have come: that counts as typed now.
function tellWhatCameEarly(form) {
  for (const field of form.elements) {
    if (field.defaultValue === undefined || field.value === field.defaultValue) continue;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}
