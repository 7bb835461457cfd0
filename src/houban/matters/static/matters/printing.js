// Print the page by its button; what is not paper is hidden by the style sheet.
document.querySelector("[data-print]")?.addEventListener("click", () => {
  window.print();
});
