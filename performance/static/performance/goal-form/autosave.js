// Keeps what is typed: at once in this browser, every few seconds on the server. Nothing is lost
// when the tab dies, the login ends or the network goes.

import "./saved.js"; // before what is left is brought back
import { signInAgain } from "./sign-in.js";

const SOON = 250; // ms until this browser has what was typed
const PAUSE = 2500; // ms after the last key
const ALIVE = 25000; // the page says that it is still open
const RETRY = 8000;

const TROUBLE = {
  ended: "登录已过期，内容已存在本机，请重新登录。",
  lost: "网络或服务器没有响应，内容已存在本机，恢复后自动保存。",
  refused: "没有自动保存：您现在不能填写这个项目，请复制需要的内容。",
};

export function attachAutosave(form) {
  const { unsaved: url, signIn, user, kept } = form.dataset;
  const place = form.elements.place.value;
  const shelf = `unsaved:${user}:${place}`;
  const state = document.getElementById("form-state");
  let typed = 0; // counts changes
  let stored = 0; // the last one the server has
  let sending = null; // one request at a time
  let timer = 0;
  let aside = 0;
  let later = false; // asked to sign in, and put it off until saving
  let leaving = false;

  const say = (text, kind = "") => {
    if (state.textContent !== text) state.textContent = text;
    state.dataset.kind = kind;
  };

  const touch = () => {
    if (leaving) return; // what comes now is already on its way
    typed++;
    say("正在填写……");
    aside ||= setTimeout(shelve, SOON);
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE);
  };

  // In this browser, at most a few times a second: 500 lines take a while to write down.
  const shelve = () => {
    clearTimeout(aside);
    aside = 0;
    putAside(shelf, form);
  };

  // true: the server has everything that stands on the page
  const keep = () => sending ??= store().finally(() => sending = null);

  const store = async () => {
    clearTimeout(timer);
    while (stored !== typed) {
      const now = typed;
      const answer = await send(url, form, true);
      if (answer.said) {
        stored = now;
        tell(answer.said);
        if (now === typed) explain(form, answer.said.understood);
        say(`已暂存 ${answer.said.kept}（点“保存”才成为新的一版）`, "good");
      } else if (!await isMended(answer)) return false;
    }
    clearTimeout(aside);
    aside = 0;
    localStorage.removeItem(shelf);
    return true;
  };

  const isMended = async (answer) => {
    say(TROUBLE[answer.trouble], "bad");
    if (answer.trouble === "lost") timer = setTimeout(keep, RETRY);
    if (answer.trouble !== "ended" || later) return false;
    later = !await signInAgain(signIn, user);
    return !later;
  };

  const alive = async () => {
    if (document.hidden || typed !== stored || !place.startsWith("goal-")) return;
    const answer = await send(url, form, false);
    if (answer.said) tell(answer.said);
  };

  form.addEventListener("input", touch);
  form.addEventListener("change", touch);
  form.addEventListener("lines-changed", touch);
  form.addEventListener("focusout", () => typed !== stored && keep());
  document.addEventListener(
    "visibilitychange",
    () => document.hidden && typed !== stored && keep(),
  );
  globalThis.addEventListener("pagehide", () => aside && shelve());
  globalThis.addEventListener("online", () => typed !== stored && keep());

  // Saving asks first whether the server can be reached and knows who is there; the other forms
  // of the page leave it too, and nothing that was typed may stay behind.
  document.addEventListener("submit", async (event) => {
    const saves = event.target === form;
    if (leaving || event.target.closest(".sign-in") || (!saves && typed === stored)) return;
    event.preventDefault();
    later = false;
    if (saves) typed++;
    shelve();
    if (!await keep()) return;
    leaving = true;
    if (saves) shelve(); // until the saved page takes it away
    event.target.requestSubmit(event.submitter);
  });
  globalThis.addEventListener("beforeunload", (event) => {
    if (!leaving && typed !== stored) event.preventDefault();
  });
  globalThis.addEventListener("pageshow", () => leaving = false);

  if (place.startsWith("new-")) rememberPlace(place);
  bringBack(shelf, Number(kept), url);
  tellOwnWindows(shelf);
  if (document.querySelector("[role=alert]")) touch(); // what was posted is not saved
  alive();
  setInterval(alive, ALIVE);
}

function putAside(shelf, form) {
  try {
    localStorage.setItem(shelf, JSON.stringify({ at: Date.now(), body: bodyOf(form) }));
  } catch { /* no room or not allowed: the server keeps it */ }
}

function bodyOf(form) {
  const fields = [...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken");
  return new URLSearchParams(fields).toString();
}

async function send(url, form, everything) {
  const body = new URLSearchParams(everything ? bodyOf(form) : "");
  if (everything) body.set("typed", "1");
  else for (const name of ["place", "base"]) body.set(name, form.elements[name].value);
  return await post(url, body, form.elements.csrfmiddlewaretoken.value);
}

async function post(url, body, token) {
  try {
    const response = await fetch(url, {
      method: "POST",
      body,
      headers: { "X-CSRFToken": token },
      redirect: "manual",
      keepalive: body.toString().length < 60000,
    });
    if (response.ok) return { said: await response.json() };
    if (response.type === "opaqueredirect") return { trouble: "ended" };
    if (response.status >= 500) return { trouble: "lost" };
    return { trouble: await isSignedIn(url) ? "refused" : "ended" };
  } catch {
    return { trouble: "lost" };
  }
}

// A refused token may mean that the login ended in another tab.
async function isSignedIn(url) {
  const response = await fetch(url, { redirect: "manual" });
  return response.type !== "opaqueredirect";
}

function tell({ others, newer, editable }) {
  const gone = editable ? "" : "这个项目的状态已经改变，现在不能保存，请复制需要的内容后刷新页面。";
  const here = others.length ? `${others.join("、")} 也打开了这个项目；各改各的会自动合并。` : "";
  const line = document.getElementById("form-others");
  const text = [gone, newer, here].filter(Boolean).join(" ");
  if (line.textContent !== text) line.textContent = text;
}

// Under each value, quietly, how it is understood; the rows are those that were sent.
function explain(form, [cycle, annual]) {
  for (const [name, texts] of [["line_cycle", cycle], ["line_annual", annual]]) {
    form.querySelectorAll(`[name=${name}]`).forEach((area, i) => hint(area, texts[i]));
  }
}

function hint(area, text) {
  const old = area.parentElement.querySelector(".understood");
  if ((old?.textContent ?? "") === text) return;
  old?.remove();
  if (!text) return;
  const small = document.createElement("small");
  small.className = "understood";
  small.textContent = text;
  area.after(small);
}

// The same person with the same form in two windows would write over their own words.
function tellOwnWindows(shelf) {
  globalThis.addEventListener("storage", ({ key, newValue }) => { // only of other windows
    if (key !== shelf || !newValue) return;
    const line = document.getElementById("form-twice");
    line.textContent = line.dataset.text;
    line.hidden = false;
  });
}

// A new form keeps its place when the page is loaded again.
function rememberPlace(place) {
  const address = new URL(location.href);
  address.searchParams.set("place", place);
  history.replaceState(null, "", address);
}

// What this browser has and the server has not: the server shows it, in one way.
async function bringBack(shelf, kept, url) {
  const left = JSON.parse(localStorage.getItem(shelf) ?? "null");
  if (!left || document.querySelector("[role=alert]")) return;
  if (left.at / 1000 < kept) return localStorage.removeItem(shelf);
  const body = new URLSearchParams(left.body);
  body.set("typed", "1");
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  const answer = await post(url, body, token);
  if (!answer.said) return;
  localStorage.removeItem(shelf);
  location.reload();
}
