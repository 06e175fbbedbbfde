// SPDX-License-Identifier: Apache-2.0

interface World {
  width: number;
  height: number;
  lands: Record<string, string>;
  spots: Record<string, [x: number, y: number]>;
}

const svg = "http://www.w3.org/2000/svg";
const small = 14; // square pixels below which a country is shown by a spot

// <entente-map> draws the countries that the table in it names: each row has the
// country's number (UN M49) and how deep its colour is.
class WorldMap extends HTMLElement {
  connectedCallback(): void {
    void this.#load();
  }

  async #load(): Promise<void> {
    const canvas = this.querySelector("[data-canvas]");
    const answer = await fetch(this.dataset.src ?? "");
    if (!canvas || !answer.ok) return; // the table says it all
    const world = (await answer.json()) as World;
    const map = document.createElementNS(svg, "svg");
    map.setAttribute("viewBox", `0 0 ${world.width} ${world.height}`);
    map.setAttribute("aria-hidden", "true"); // the table is for those who do not see
    const rows = new Map([...this.querySelectorAll<HTMLElement>("[data-m49]")].map((row) => [row.dataset.m49 ?? "", row]));
    for (const [code, path] of Object.entries(world.lands)) {
      map.append(this.#mark("path", { d: path }, rows.get(code)));
    }
    canvas.replaceChildren(map);
    for (const [code, row] of rows) {
      const spot = world.spots[code];
      const land = world.lands[code];
      if (spot && (!land || land.length < small * 8)) {
        map.append(this.#mark("circle", { cx: String(spot[0]), cy: String(spot[1]), r: "5" }, row));
      }
    }
    this.classList.add("drawn");
  }

  #mark(name: string, attributes: Record<string, string>, row: HTMLElement | undefined): SVGElement {
    const shape = document.createElementNS(svg, name);
    for (const [key, value] of Object.entries(attributes)) shape.setAttribute(key, value);
    shape.setAttribute("class", row ? `land heat-${row.dataset.heat ?? "1"}` : "land");
    if (row) {
      const title = document.createElementNS(svg, "title");
      title.textContent = row.dataset.say ?? "";
      shape.append(title);
    }
    return shape;
  }
}

customElements.define("entente-map", WorldMap);
