// Differences by keyboard: J and K move, X ticks; ticks are kept by the form itself.
const rows = [...document.querySelectorAll("[data-signing] [data-row]")];
let at = -1;

function stand(n) {
  if (rows.length === 0) return;
  rows[at]?.removeAttribute("aria-selected");
  at = Math.max(0, Math.min(rows.length - 1, n));
  rows[at].setAttribute("aria-selected", "true");
  rows[at].scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input:not([type=checkbox]), select"))
    return;
  if (event.key === "j") stand(at + 1);
  else if (event.key === "k") stand(at - 1);
  else if (event.key === "x") rows[at]?.querySelector("input")?.click();
  else return;
  event.preventDefault();
});
