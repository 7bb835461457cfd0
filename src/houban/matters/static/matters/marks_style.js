// How matters look on the map: what is late first, else by state, in the colours of the page.
const COLOURS = { late: "zhu-solid", handling: "accent", verifying: "ochre", rest: "line-3", new: "accent-line" };

export function layers(element) {
  const token = (name) => getComputedStyle(element).getPropertyValue(`--${name}`).trim();
  const of = (name) => token(COLOURS[name]);
  const ring = { "circle-stroke-color": token("surface"), "circle-stroke-width": 1.5 };
  const paused = ["any", ["get", "paused"], ["in", ["get", "state"], ["literal", ["closed", "rejected"]]]];
  const state = ["match", ["get", "state"], "handling", of("handling"), "verifying", of("verifying"), of("new")];
  const colour = ["case", ["get", "late"], of("late"), paused, of("rest"), state];
  const size = ["interpolate", ["linear"], ["get", "point_count"], 2, 12, 100, 22, 1000, 30];
  const text = { "text-field": ["get", "point_count_abbreviated"], "text-font": ["sans-serif"], "text-size": 12 };
  return [
    { id: "paper", type: "background", paint: { "background-color": token("surface") } },
    element.dataset.base && { id: "base", type: "raster", source: "base" },
    element.dataset.units && { id: "edge", type: "line", source: "units", paint: { "line-color": token("line-3") } },
    {
      id: "clusters",
      type: "circle",
      source: "marks",
      filter: ["has", "point_count"],
      paint: { "circle-color": token("accent"), "circle-radius": size, ...ring },
    },
    {
      id: "n",
      type: "symbol",
      source: "marks",
      filter: ["has", "point_count"],
      layout: text,
      paint: { "text-color": token("surface") },
    },
    {
      id: "marks",
      type: "circle",
      source: "marks",
      filter: ["!", ["has", "point_count"]],
      paint: { "circle-color": colour, "circle-radius": 7, ...ring },
    },
  ].filter(Boolean);
}
