import { Map as LibreMap, setWorkerUrl } from "maplibre";

// A map of our own boundaries: data-source is a GeoJSON address. data-base is the tile address of the county's base map
// with its approval number in data-credit; without it, nothing is asked of any other server.
class HoubanMap extends HTMLElement {
  connectedCallback() {
    setWorkerUrl(document.body.dataset.worker);
    const token = (name) => getComputedStyle(this).getPropertyValue(`--${name}`).trim();
    this.setAttribute("role", "img");
    this.stage = document.createElement("div");
    this.stage.className = "map-stage";
    this.append(this.stage);
    this.map = new LibreMap({
      container: this.stage,
      attributionControl: this.dataset.base ? { compact: false } : false,
      style: {
        version: 8,
        sources: { units: { type: "geojson", data: this.dataset.source }, ...this.base("source") },
        layers: [
          { id: "paper", type: "background", paint: { "background-color": token("surface") } },
          ...this.base("layers"),
          { id: "fill", type: "fill", source: "units", paint: { "fill-color": token("q2"), "fill-opacity": 0.5 } },
          { id: "edge", type: "line", source: "units", paint: { "line-color": token("accent") } },
        ],
      },
    });
    if (this.dataset.bounds) this.map.fitBounds(JSON.parse(this.dataset.bounds), { padding: 16, animate: false });
  }

  base(part) {
    if (!this.dataset.base) return part === "layers" ? [] : {};
    if (part === "layers") return [{ id: "base", type: "raster", source: "base" }];
    const credit = document.createElement("span");
    credit.textContent = this.dataset.credit;
    return { base: { type: "raster", tiles: [this.dataset.base], tileSize: 256, attribution: credit.innerHTML } };
  }

  disconnectedCallback() {
    this.map?.remove();
  }
}

customElements.define("houban-map", HoubanMap);
