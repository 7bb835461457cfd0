import { Map as LibreMap, setWorkerUrl } from "maplibre";

// A map of our own boundaries: data-source is a GeoJSON address; no base map, no outside server.
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
      attributionControl: false,
      style: {
        version: 8,
        sources: { units: { type: "geojson", data: this.dataset.source } },
        layers: [
          { id: "paper", type: "background", paint: { "background-color": token("surface") } },
          { id: "fill", type: "fill", source: "units", paint: { "fill-color": token("q2") } },
          { id: "edge", type: "line", source: "units", paint: { "line-color": token("accent") } },
        ],
      },
    });
    if (this.dataset.bounds) this.map.fitBounds(JSON.parse(this.dataset.bounds), { padding: 16, animate: false });
  }

  disconnectedCallback() {
    this.map?.remove();
  }
}

customElements.define("houban-map", HoubanMap);
