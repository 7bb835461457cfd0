// A map of tiles: one stop for the tab key, arrows go from tile to tile, the tile in hand is named below the map.
const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

class HoubanTiles extends HTMLElement {
  connectedCallback() {
    this.tiles = [...this.querySelectorAll("a.tile")];
    this.said = this.querySelector("[data-said]");
    const first = this.tiles.find((tile) => tile.hasAttribute("data-chosen")) ?? this.tiles[0];
    for (const tile of this.tiles) tile.setAttribute("tabindex", tile === first ? "0" : "-1");
    this.addEventListener("focusin", (event) => this.take(event.target.closest("a.tile")));
    this.addEventListener("pointerover", (event) => this.say(event.target.closest("a.tile")));
    this.addEventListener("keydown", (event) => this.move(event));
    if (first) this.show(first, first.hasAttribute("data-chosen"));
  }

  show(tile, whole) {
    const region = this.querySelector(".scroll");
    const [x, y] = this.at(whole ? tile : this.tiles.reduce((a, b) => (this.at(b)[1] < this.at(a)[1] ? b : a)));
    const left = whole || x > region.clientWidth ? x - region.clientWidth / 2 : 0;
    region.scrollTo(left, whole ? y - region.clientHeight / 2 : 0);
  }

  at(tile) {
    return [Number(tile.dataset.x), Number(tile.dataset.y)];
  }

  take(tile) {
    if (!tile) return;
    for (const other of this.tiles) other.setAttribute("tabindex", other === tile ? "0" : "-1");
    this.say(tile);
  }

  say(tile) {
    if (tile && this.said) this.said.textContent = tile.querySelector("title").textContent;
  }

  move(event) {
    const direction = DIRECTIONS[event.key];
    const tile = event.target.closest("a.tile");
    if (!direction || !tile || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    const [x, y] = this.at(tile);
    let [nearest, least] = [null, Number.POSITIVE_INFINITY];
    for (const other of this.tiles) {
      const [right, down] = [this.at(other)[0] - x, this.at(other)[1] - y];
      const along = right * direction[0] + down * direction[1];
      const aside = Math.abs(right * direction[1] + down * direction[0]);
      const cost = along + 2 * aside;
      if (along > 4 && cost < least) [nearest, least] = [other, cost];
    }
    nearest?.focus();
  }
}

if (!customElements.get("houban-tiles")) customElements.define("houban-tiles", HoubanTiles);
