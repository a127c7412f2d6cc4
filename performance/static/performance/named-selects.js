// select2 gives its box no name of its own: the field's label (in a table the field's own name), and
// what is chosen, are its name.

function nameBox(select) {
  const box = select.nextElementSibling?.querySelector(".select2-selection");
  const text = box?.querySelector(".select2-selection__rendered");
  if (!text) return;
  for (const told of ["role", "aria-readonly"]) text.removeAttribute(told);
  const label = select.labels[0] ?? (select.ariaLabel ? select : null);
  if (!label) return;
  label.id ||= `${select.id}-label`;
  box.setAttribute("aria-labelledby", `${label.id} ${text.id}`);
}

function nameBoxes() {
  document.querySelectorAll("select.admin-autocomplete").forEach(nameBox);
}

// Not yet: the admin loads its jQuery after this file, and select2 makes the boxes when all is there.
document.addEventListener("DOMContentLoaded", () => django.jQuery(nameBoxes));
document.addEventListener("formset:added", nameBoxes);
