// Under a cell that names a division: a list of what it may mean, from the server; a click takes one.
const form = document.querySelector("#entry");
const list = document.createElement("div");
const said = { role: "combobox", "aria-expanded": "true", "aria-controls": "choices" };
Object.assign(list, {
  id: "choices",
  className: "choices-list",
  role: "listbox",
  ariaLabel: form.dataset.choicesLabel,
});
let field = null;
let waiting = 0;

function close() {
  clearTimeout(waiting);
  list.remove();
  for (const name of [...Object.keys(said), "aria-activedescendant"]) field?.removeAttribute(name);
  field = null;
}

async function open(target) {
  const asked = new FormData(form);
  const rows = [...form.querySelectorAll("#rows tbody tr")];
  asked.set("row", rows.indexOf(target.closest("tr")) + 1);
  asked.set("column", target.name);
  const answer = await fetch(form.dataset.choices, { method: "POST", body: asked });
  if (!answer.ok || document.activeElement !== target) return;
  close();
  field = target;
  list.innerHTML = await answer.text();
  target.parentElement.append(list);
  for (const [name, value] of Object.entries(said)) target.setAttribute(name, value);
  list.scrollIntoView({ block: "nearest" });
}

function take({ name, code, form: kind }) {
  const row = field.closest("tr");
  field.value = field.name === "source" ? `${name} ${code}`.trim() : name;
  if (field.name === "target") row.querySelector("[name=code]").value = code;
  if (kind) row.querySelector("[name=kind]").value = kind;
  field.dispatchEvent(new Event("change", { bubbles: true }));
  close();
}

form.addEventListener("input", ({ target }) => {
  clearTimeout(waiting);
  if (target.matches("[data-picks]")) waiting = setTimeout(() => (target.value.trim() ? open(target) : close()), 150);
});
form.addEventListener("focusout", (event) => event.target === field && close());
form.addEventListener("choices:close", close);
list.addEventListener("mousedown", (event) => {
  event.preventDefault();
  const option = event.target.closest("[role=option]");
  if (option) take(option.dataset);
});
