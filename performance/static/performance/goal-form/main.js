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
}
