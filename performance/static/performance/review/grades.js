// The review form says at once what the lowest grade leads to; the server decides it again.

import { worst } from "./keys.js";

const TOLD = { pass: "可以审核通过", return: "应退回修改", reject: "应不予通过" };
const APT = { pass: "approve", return: "return", reject: "reject" };

export function attachGrades(form) {
  const box = form.querySelector("#grades");
  if (!box) return;
  const output = box.querySelector("#consequence");
  const points = () => box.querySelectorAll(".grade-point").length;

  const tell = () => {
    const chosen = [...box.querySelectorAll("input:checked")].map((input) => ({
      name: input.value,
      verdict: input.dataset.verdict,
      rank: Number(input.dataset.rank),
    }));
    const lowest = worst(chosen);
    const left = points() - chosen.length;
    const rest = left ? `，还有 ${left} 项没有评定` : "";
    output.textContent = lowest ? `最低等级为${lowest.name}：${TOLD[lowest.verdict]}${rest}。` : "";
    output.dataset.verdict = lowest?.verdict ?? "";
    for (const deed of form.querySelectorAll("[data-deed]")) {
      const apt = lowest && !left && deed.dataset.deed === APT[lowest.verdict];
      deed.closest(".deed").toggleAttribute("data-apt", Boolean(apt));
    }
  };

  const all = box.querySelector("[data-all]");
  all.hidden = false;
  all.addEventListener("click", () => {
    for (const input of box.querySelectorAll("input[type=radio]")) {
      if (input.value === all.dataset.all) input.checked = true;
    }
    box.dispatchEvent(new Event("input", { bubbles: true }));
  });
  form.addEventListener("input", tell);
  tell();
}
