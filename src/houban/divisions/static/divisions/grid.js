// The rows of an act: Enter and arrows go from cell to cell, rows are inserted, copied, struck out and back.
const form = document.querySelector("#entry");
const words = { i: "insert", d: "copy", k: "strike" };
const rows = () => [...form.querySelectorAll("#rows tbody tr")];
const cell = (row, name) => row?.querySelector(`[name="${name}"]`);

function go(row, name = "source") {
  cell(row, name)?.focus();
  row?.scrollIntoView({ block: "nearest" });
}

function add(after, from) {
  const made = (from ?? document.querySelector("#blank-row").content.firstElementChild).cloneNode(true);
  const theirs = from ? from.querySelectorAll("input, select") : [];
  made.querySelectorAll("input, select").forEach((field, n) => {
    if (theirs[n]) field.value = theirs[n].value;
  });
  made.removeAttribute("data-struck");
  cell(made, "struck").value = "";
  after.after(made);
  go(made);
}

function act(word, row) {
  if (word === "strike") cell(row, "struck").value = row.toggleAttribute("data-struck") ? "1" : "";
  else add(row, word === "copy" ? row : null);
  form.dispatchEvent(new Event("change", { bubbles: true }));
}

function press(event) {
  const field = event.target.closest("#entry input, #entry select");
  const row = field?.closest("#rows tr");
  const step = { ArrowDown: row?.nextElementSibling, ArrowUp: row?.previousElementSibling }[event.key];
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.querySelector("[data-finishes]")?.click();
  else if (!field || event.defaultPrevented || event.isComposing || event.altKey) return;
  else if (row && event.ctrlKey && event.key in words) act(words[event.key], row);
  else if (event.ctrlKey || event.metaKey) return;
  else if (event.key === "Enter" && row) row.nextElementSibling ? go(row.nextElementSibling) : add(row);
  else if (event.key === "Enter") go(rows()[0]);
  else if (step && field.matches("input")) go(step, field.name);
  else return;
  event.preventDefault();
}

form.addEventListener("keydown", press);
form.addEventListener("click", (event) => {
  const button = event.target.closest("[data-row], [data-adds]");
  if (!button) return;
  event.preventDefault();
  act(button.dataset.row ?? "insert", button.closest("tr") ?? rows().at(-1));
});
document.addEventListener("htmx:after:swap", () => {
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  for (const { dataset } of document.querySelectorAll("#outlook [data-fault-row]")) {
    const row = dataset.faultRow === "0" ? form : rows()[dataset.faultRow - 1];
    cell(row, dataset.faultCell)?.setAttribute("aria-invalid", "true");
  }
});
