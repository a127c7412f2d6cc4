/* Removing an unsaved row of an inline. The theme's own script writes the rows after it anew and
   loses what was typed there; here the row is hidden and sent with DELETE, which the server skips. */
(() => {
  const mark = (row) => {
    const named = [...row.querySelectorAll("[name]")].find((input) => /-\d+-/.test(input.name));
    const prefix = named.name.replace(/^(.*-\d+)-.*$/, "$1");
    let field = row.querySelector(`[name="${prefix}-DELETE"]`);
    if (!field) {
      field = document.createElement("input");
      field.name = `${prefix}-DELETE`;
      row.querySelector("td, .form-row").appendChild(field);
    }
    field.type = "hidden";
    field.value = "on";
  };

  const remove = (event) => {
    const button = event.target.closest && event.target.closest(".delete-template");
    if (!button) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const row = button.closest(".form-group");
    mark(row);
    row.hidden = true;
    row.style.display = "none";
  };

  document.addEventListener("click", remove, true); // capturing: before the theme's own listener
})();
