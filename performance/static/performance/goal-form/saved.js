// The page after a save says which form it was; the copy that this browser kept of it goes.

const user = document.querySelector("[data-user]")?.dataset.user;
const saved = /^#saved=([\w-]+)$/.exec(location.hash);
if (user && saved) {
  localStorage.removeItem(`unsaved:${user}:${saved[1]}`);
  history.replaceState(null, "", location.pathname + location.search);
}
