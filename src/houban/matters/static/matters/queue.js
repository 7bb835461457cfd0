// The queue by keyboard: J and K move, X ticks, Enter opens; the row one stands on is shown beside the list.
const [form, panel] = [document.querySelector("[data-queue]"), document.querySelector("#panel")];
const rows = [...document.querySelectorAll("[data-row]")];
let at = -1;

function chosen() {
  const [n, bar] = [form.querySelectorAll("input[name=matter]:checked").length, form.querySelector("[data-bulk]")];
  if (bar) {
    bar.hidden = n === 0;
    bar.querySelector("[data-chosen]").textContent = String(n);
  }
}

async function show(row) {
  const answer = await fetch(row.dataset.panel, { headers: { "HX-Request": "true" } });
  if (answer.ok && rows[at] === row) {
    panel.innerHTML = await answer.text();
    delete panel.dataset.empty;
  }
}

function stand(n) {
  if (rows.length === 0) return;
  rows[at]?.removeAttribute("aria-selected");
  at = Math.max(0, Math.min(rows.length - 1, n));
  rows[at].setAttribute("aria-selected", "true");
  rows[at].scrollIntoView({ block: "nearest" });
  if (panel.offsetParent !== null) show(rows[at]);
}

document.addEventListener("keydown", (event) => {
  if (
    event.ctrlKey ||
    event.metaKey ||
    event.altKey ||
    event.target.closest("input:not([type=checkbox]), select, textarea")
  )
    return;
  const keys = { j: () => stand(at + 1), k: () => stand(at - 1), x: tick, Enter: open };
  if (keys[event.key] && !(event.key === "Enter" && event.target.closest("a, button, summary"))) {
    event.preventDefault();
    keys[event.key]();
  }
});

const tick = () => rows[at]?.querySelector("input[name=matter]")?.click();

const open = () => rows[at] && location.assign(rows[at].querySelector("a").href);

form.addEventListener("change", chosen);
form.querySelector("[data-none]")?.addEventListener("click", () => {
  for (const box of form.querySelectorAll("input[name=matter]:checked")) box.checked = false;
  chosen();
});
for (const [n, row] of rows.entries()) {
  row.addEventListener("click", (event) => {
    if (!event.target.closest("a, input, label")) stand(n);
  });
}
chosen();
