import "houban/keys";
import "houban/menus";

const parts = { "houban-chart": "houban/chart", "houban-map": "houban/map" };

function load() {
  for (const [tag, module] of Object.entries(parts)) {
    if (document.querySelector(tag) && !customElements.get(tag)) import(module);
  }
}

load();
document.addEventListener("htmx:after:swap", load);
