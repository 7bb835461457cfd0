// Keys in an open list of choices: arrows mark, Enter or Tab takes what is marked, Escape leaves the cell as typed.
const form = document.querySelector("#entry");

function mark(field, option) {
  if (!option) return;
  for (const one of option.parentElement.children) one.setAttribute("aria-selected", String(one === option));
  field.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function press(event) {
  const field = event.target;
  const chosen = form.querySelector("#choices [aria-selected=true]");
  if (field.getAttribute("aria-expanded") !== "true" || event.isComposing || event.ctrlKey || event.shiftKey) return;
  if (event.key === "Escape" || !chosen) field.dispatchEvent(new Event("choices:close", { bubbles: true }));
  else if (event.key === "ArrowDown") mark(field, chosen.nextElementSibling);
  else if (event.key === "ArrowUp") mark(field, chosen.previousElementSibling);
  else if (event.key === "Enter" || event.key === "Tab")
    chosen.dispatchEvent(new MouseEvent("mousedown", { bubbles: true }));
  else return;
  if (event.key !== "Tab" && chosen) event.preventDefault();
}

form.addEventListener("keydown", press, true);
