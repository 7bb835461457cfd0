// Comments: "@" opens whom one can mention; beside the queue a comment is sent without leaving the list.
const formOf = (event) => event.target.closest("[data-comment]");

document.addEventListener("input", (event) => {
  const list =
    event.data === "@" && event.target.matches("[data-comment] textarea") && formOf(event).querySelector("details");
  if (!list) return;
  list.open = true;
  list.querySelector("input")?.focus();
});

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-mention]")) return;
  const text = formOf(event).querySelector("textarea");
  text.value = text.value.replace(/@$/, "");
});

document.addEventListener("keydown", (event) => {
  const form = formOf(event);
  if (!form) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    form.requestSubmit();
  } else if (event.key === "Escape" && event.target.matches("[data-mention], summary")) {
    form.querySelector("details").open = false;
    form.querySelector("textarea").focus();
  }
});

document.addEventListener("submit", async (event) => {
  const form = formOf(event);
  const panel = form?.closest("#panel");
  if (!panel) return;
  event.preventDefault();
  const sent = { method: "POST", body: new FormData(form), headers: { "HX-Request": "true" } };
  const answer = await fetch(form.action, sent);
  if (answer.ok || answer.status === 422) {
    panel.innerHTML = await answer.text();
    panel.querySelector(".steps li:last-child")?.scrollIntoView({ block: "nearest" });
    panel.querySelector("[data-comment] textarea")?.focus({ preventScroll: true });
  } else {
    location.assign(form.action.replace(/comments\/$/, ""));
  }
});
