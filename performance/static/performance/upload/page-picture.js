// Shows where a value stands on a page of the file beside it; without this file the picture opens
// in a window of its own.

const dialog = document.getElementById("page-picture");
const told = dialog?.querySelector("p");
const whole = dialog?.querySelector("a");
const picture = dialog?.querySelector("img");
let chosen = null;

// The portal's pages may show no picture but its own files and data in an address.
function asAddress(blob) {
  return new Promise((done) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => done(reader.result));
    reader.readAsDataURL(blob);
  });
}

async function show(link) {
  chosen = link;
  told.textContent = "正在取原文…";
  picture.hidden = true;
  whole.href = `${link.href}&whole=1`;
  if (!dialog.open) dialog.show();
  const answer = await fetch(link.href).catch(() => null);
  if (chosen !== link) return; // another one was chosen meanwhile
  if (!answer?.ok) {
    const sentence = answer?.status === 422 ? await answer.text() : "没有取到原文，请稍后再试。";
    told.textContent = sentence;
    return;
  }
  picture.src = await asAddress(await answer.blob());
  picture.alt = link.getAttribute("aria-label") ?? link.textContent;
  picture.hidden = false;
  await picture.decode();
  const room = picture.parentElement;
  room.scrollLeft = answer.headers.get("Across") * picture.width - room.clientWidth / 2;
  told.textContent = `第${answer.headers.get("Page")}页：${link.dataset.shown ?? link.textContent}`;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a.cell-picture");
  if (!link || !dialog || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  show(link);
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && dialog?.open) dialog.close();
});

dialog?.addEventListener("close", () => chosen?.focus());
