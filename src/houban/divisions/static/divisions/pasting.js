// A block from a spreadsheet, or a list of divisions in one cell, becomes rows: the server reads both.
const form = document.querySelector("#entry");
const rows = document.querySelector("#rows");
const many = /[\t\n、，,；;]/;

async function put(text, field) {
  const sent = new FormData(form);
  const at = [...rows.querySelectorAll("tbody tr")].indexOf(field.closest("tr")) + 1;
  for (const [name, value] of Object.entries({ act: "paste", paste: text, paste_row: at, paste_column: field.name })) {
    sent.set(name, value);
  }
  const answer = await fetch(location.href, { method: "POST", body: sent, headers: { "HX-Request": "true" } });
  if (!answer.ok) return;
  rows.innerHTML = await answer.text();
  const next = rows.querySelector("[data-focus]") ?? rows.querySelector("tbody tr:last-child");
  next?.querySelector("[name=target]")?.focus();
  form.dispatchEvent(new Event("change", { bubbles: true }));
}

rows.addEventListener("paste", (event) => {
  const text = event.clipboardData.getData("text/plain").replace(/\s+$/, "");
  const wanted = event.target.name === "source" ? many : /[\t\n]/;
  if (!event.target.matches("input") || !wanted.test(text)) return;
  event.preventDefault();
  put(text, event.target);
});

rows.addEventListener("change", (event) => {
  const isList = event.target.name === "source" && many.test(event.target.value.trim());
  if (!isList) return;
  event.stopPropagation();
  put(event.target.value, event.target);
});
