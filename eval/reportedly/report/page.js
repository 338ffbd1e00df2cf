"use strict";
const docs = [...document.querySelectorAll(".doc")];
const pick = document.getElementById("doc");
const boxes = [...document.querySelectorAll("[data-key]")];
const on = (group) => new Set(boxes.filter((b) => b.checked && b.dataset[group]).map((b) => b.dataset[group]));
const current = () => docs[pick.selectedIndex];
const rows = () => [...current().querySelectorAll(".errors li:not([hidden])")];
const turn = () => { select(null); filter(); };
const filter = () => {
  const kinds = on("k"), layers = on("l");
  docs.forEach((d) => (d.hidden = d !== current()));
  const kindOf = new Map();
  let all = 0;
  for (const row of current().querySelectorAll(".errors li")) {
    row.hidden = !(kinds.has(row.dataset.k) && layers.has(row.dataset.l));
    all += 1;
    if (!row.hidden) kindOf.set(row.id, row.dataset.k);
  }
  for (const mark of current().querySelectorAll(".x")) {
    const id = mark.dataset.i.split(" ").find((i) => kindOf.has(i));
    mark.classList.toggle("off", !id);
    if (id) mark.className = mark.className.replace(/k-\S+/, `k-${kindOf.get(id)}`);
  }
  const shown = document.getElementById("shown");
  shown.textContent = `${kindOf.size} of ${all} ${shown.dataset.what || "errors"} shown`;
};
const select = (row, from) => {
  document.querySelectorAll(".on").forEach((x) => x.classList.remove("on"));
  if (!row) return;
  row.classList.add("on");
  const marks = current().querySelectorAll(`[data-i~="${CSS.escape(row.id)}"]`);
  marks.forEach((m) => m.classList.add("on"));
  if (from !== "row") { row.focus({ preventScroll: true }); row.scrollIntoView({ block: "nearest" }); }
  if (from !== "text" && marks[0] && marks[0].closest(".text").scrollHeight > marks[0].closest(".text").clientHeight) {
    const box = marks[0].closest(".text");
    box.scrollTop += marks[0].getBoundingClientRect().top - box.getBoundingClientRect().top - box.clientHeight / 2;
  }
};
const go = (step) => {
  pick.selectedIndex = (pick.selectedIndex + step + docs.length) % docs.length;
  turn();
  current().scrollIntoView({ block: "nearest" });
};
const step = (by) => {
  const list = rows();
  const at = list.findIndex((r) => r.classList.contains("on"));
  select(list[at < 0 ? (by > 0 ? 0 : list.length - 1) : Math.min(Math.max(at + by, 0), list.length - 1)], "key");
};
if (pick) {
  pick.addEventListener("change", turn);
  boxes.forEach((b) => b.addEventListener("change", filter));
  document.querySelectorAll("[data-go]").forEach((b) => b.addEventListener("click", () => go(Number(b.dataset.go))));
  document.addEventListener("click", (e) => {
    const row = e.target.closest(".errors li"), mark = e.target.closest(".x:not(.off)");
    if (row) select(row, "row");
    else if (mark) {
      const ids = mark.dataset.i.split(" ").filter((i) => !document.getElementById(i).hidden);
      const at = ids.findIndex((i) => document.getElementById(i).classList.contains("on"));
      select(document.getElementById(ids[(at + 1) % ids.length]), "text");
    }
  });
  document.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.target.matches("select")) return;
    const box = boxes.find((b) => b.dataset.key === e.key);
    if (e.key === "j" || e.key === "k") step(e.key === "j" ? 1 : -1);
    else if (e.key === "[" || e.key === "]") go(e.key === "]" ? 1 : -1);
    else if (e.key === "0") { boxes.forEach((b) => (b.checked = true)); filter(); }
    else if (e.key === "Escape") select(null);
    else if (box) { box.checked = !box.checked; filter(); }
    else return;
    e.preventDefault();
  });
  filter();
}
addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((d) => (d.open = true)));
