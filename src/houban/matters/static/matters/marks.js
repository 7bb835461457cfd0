import { Map as LibreMap, NavigationControl, setWorkerUrl } from "maplibre";
import { layers } from "./marks_style.js";

// Matters as points that gather into clusters: data-source is their GeoJSON, data-units the boundaries where known.
// A click on a point opens it in the side panel; where there is none, its page.
class HoubanMarks extends HTMLElement {
  async connectedCallback() {
    setWorkerUrl(document.body.dataset.worker);
    const stage = this.appendChild(Object.assign(document.createElement("div"), { className: "map-stage" }));
    const marks = await (await fetch(this.dataset.source)).json();
    for (const one of marks.features) one.properties.id = one.id;
    const map = new LibreMap({
      container: stage,
      attributionControl: this.dataset.base ? {} : false,
      locale: { "Map.Title": this.getAttribute("aria-label") },
      bounds: extent(marks.features),
      fitBoundsOptions: { padding: 32, maxZoom: 15 },
      style: { version: 8, sources: this.sources(marks), layers: layers(this) },
    });
    this.map = map.addControl(new NavigationControl({ showCompass: false }));
    map.on("click", "marks", (event) => this.open(event.features[0].properties.id));
    map.on("click", "clusters", async ({ features: [one] }) => {
      const zoom = await map.getSource("marks").getClusterExpansionZoom(one.properties.cluster_id);
      map.easeTo({ center: one.geometry.coordinates, zoom });
    });
  }

  sources(data) {
    const { base, units, credit } = this.dataset;
    return {
      marks: { type: "geojson", data, cluster: true, clusterRadius: 44, clusterMaxZoom: 14 },
      ...(units && { units: { type: "geojson", data: units } }),
      ...(base && {
        base: { type: "raster", tiles: [base], tileSize: 256, attribution: new Option(credit).innerHTML },
      }),
    };
  }

  async open(id) {
    const [panel, address] = [document.querySelector("#panel"), `${this.dataset.matter}${id}/`];
    if (panel.offsetParent === null) return location.assign(address);
    const answer = await fetch(address, { headers: { "HX-Request": "true" } });
    if (!answer.ok) return;
    panel.innerHTML = await answer.text();
    delete panel.dataset.empty;
  }

  disconnectedCallback() {
    this.map?.remove();
  }
}

function extent(features) {
  const [x, y] = [0, 1].map((n) => features.map((one) => one.geometry.coordinates[n]));
  return [Math.min(...x), Math.min(...y), Math.max(...x), Math.max(...y)];
}

customElements.define("houban-marks", HoubanMarks);
