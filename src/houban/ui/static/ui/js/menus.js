// Menus close when somebody clicks elsewhere; the drawer opens on narrow screens; dialogs open by data-dialog.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
  const opener = event.target.closest("[data-opens]");
  const nav = document.querySelector("#nav");
  if (opener && nav) {
    const open = nav.toggleAttribute("data-open");
    opener.setAttribute("aria-expanded", String(open));
  } else if (nav && !nav.contains(event.target)) {
    nav.removeAttribute("data-open");
  }
  const asker = event.target.closest("[data-dialog]");
  if (asker) document.querySelector(`#${asker.dataset.dialog}`)?.showModal();
  if (event.target.closest("[data-closes]")) event.target.closest("dialog")?.close();
});
