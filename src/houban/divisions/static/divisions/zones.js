// Stable zones of the lineage picture: what belongs together stands out under the pointer and under the focus.
function light(zone) {
  for (const picture of document.querySelectorAll("svg.lineage")) {
    picture.toggleAttribute("data-lit", zone !== "");
    for (const part of picture.querySelectorAll("[data-zone]")) {
      part.toggleAttribute("data-on", zone !== "" && part.dataset.zone === zone);
    }
  }
}

for (const [name, lit] of [
  ["pointerover", true],
  ["focusin", true],
  ["pointerout", false],
  ["focusout", false],
]) {
  document.addEventListener(name, (event) => {
    const part = event.target.closest("[data-zone]");
    if (part) light(lit ? part.dataset.zone : "");
  });
}
