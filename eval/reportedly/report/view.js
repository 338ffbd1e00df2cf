"use strict";
const panel = document.getElementById("details");
const show = (mark) => {
  document.querySelectorAll(".on").forEach((x) => x.classList.remove("on"));
  const article = mark.closest("article");
  const items = JSON.parse(article.querySelector(".items").textContent);
  const ids = [];
  for (let at = mark; at && at !== article; at = at.parentElement)
    if (at.dataset && at.dataset.i) ids.push(...at.dataset.i.split(" "));
  panel.replaceChildren();
  const close = document.createElement("button");
  close.textContent = "Close";
  close.onclick = () => { panel.hidden = true; mark.focus(); };
  panel.append(close);
  for (const id of new Set(ids)) {
    const [kind, words, ...rest] = items[id] || [];
    if (!kind) continue;
    const block = document.createElement("div"), head = document.createElement("div"), list = document.createElement("ul");
    const label = document.createElement("b");
    label.textContent = `${kind} ${id}`;
    head.append(label, words);
    for (const line of rest) if (line) list.append(Object.assign(document.createElement("li"), { textContent: line }));
    block.append(head, list);
    panel.append(block);
    article.querySelectorAll(`[data-i~="${CSS.escape(id)}"]`).forEach((x) => x.classList.add("on"));
  }
  panel.hidden = false;
};
document.addEventListener("click", (e) => {
  const mark = e.target.closest("[data-i]");
  if (mark) show(mark);
});
const boxes = [...document.querySelectorAll("[data-layer]")];
const set = (box) => document.body.classList.toggle(`no-${box.dataset.layer}`, !box.checked);
boxes.forEach((box) => box.addEventListener("change", () => set(box)));
document.addEventListener("keydown", (e) => {
  if (e.ctrlKey || e.metaKey || e.altKey) return;
  if (e.key === "Escape") panel.hidden = true;
  if ((e.key === "Enter" || e.key === " ") && e.target.matches("[data-i]")) { e.preventDefault(); show(e.target); }
  const box = boxes[Number(e.key) - 1];
  if (box && !e.target.matches("input[type=text]")) { box.checked = !box.checked; set(box); }
});
addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((d) => (d.open = true)));
