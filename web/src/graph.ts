// SPDX-License-Identifier: Apache-2.0

import Graph from "graphology";
import forceAtlas2 from "graphology-layout-forceatlas2";
import DEFAULT_SETTINGS from "graphology-layout-forceatlas2/defaults.js";
import { assignLayoutChanges, graphToByteArrays } from "graphology-layout-forceatlas2/helpers.js";
import Sigma from "sigma";
import type { Work } from "./layout";

interface Data {
  nodes: { href: string; type: string; kind: string; name: string; distance: number }[]; // kind: the type in the reader's words
  ties: [from: number, to: number, label: string][];
}

interface NodeLook {
  x: number;
  y: number;
  size: number;
  label: string;
  color: string;
  kind: string;
}

// Spot is a node on the canvas, in CSS pixels.
interface Spot {
  x: number;
  y: number;
  size: number;
  label: string | null;
}

const rounds = 260; // of the layout, in all

// <entente-graph> draws what lies around an object, and lets one walk it: a click
// chooses a node and says what it is, a double click or Enter opens it; its kinds can
// be switched off, and names be found. The list beneath holds the same as text.
export class LinkGraph extends HTMLElement {
  #sigma: Sigma<NodeLook> | null = null;
  #near = new Set<string>(); // what is lit: a node and its neighbours, or what was found
  #pointed: string | null = null;
  #chosen: string | null = null;
  #found: string[] = [];
  #off = new Set<string>(); // kinds that are not shown
  #data: Data["nodes"] = [];
  #worker: Worker | null = null;
  #colours = new Map<string, string>();

  connectedCallback(): void {
    void this.#load();
  }

  disconnectedCallback(): void {
    this.#worker?.terminate();
    this.#sigma?.kill();
    this.#sigma = null;
  }

  async #load(): Promise<void> {
    const answer = await fetch(this.dataset.src ?? "", { cache: "no-store", headers: { Accept: "application/json" } });
    if (!answer.ok) return location.reload(); // the page says what there is to say
    const graph = this.#graph((await answer.json()) as Data);
    const canvas = this.querySelector<HTMLElement>("[data-canvas]");
    if (!canvas || graph.order === 0) return;
    this.querySelector("[data-waiting]")?.remove();
    this.classList.add("drawn");
    this.#sigma = this.#draw(graph, canvas);
    this.#lay(graph, still());
    this.#buttons();
    this.#switches();
    this.#finding(graph);
    this.addEventListener("keydown", (event) => this.#key(event));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#recolour(graph));
    new MutationObserver(() => this.#recolour(graph)).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  }

  // Each node starts on the ring of its distance, so that the same graph is laid
  // out alike each time.
  #graph({ nodes, ties }: Data): Graph<NodeLook> {
    const graph = new Graph<NodeLook>({ multi: true, type: "directed" });
    nodes.forEach(({ type, name, distance }, i) => {
      const angle = i * 2.399963; // the golden angle: no two neighbours in line
      const ring = distance * 10 + (i % 7);
      graph.addNode(String(i), {
        x: distance === 0 ? 0 : Math.cos(angle) * ring,
        y: distance === 0 ? 0 : Math.sin(angle) * ring,
        size: distance === 0 ? 12 : 5,
        label: name,
        color: this.#colour(`kind-${kindOf(type)}`),
        kind: kindOf(type),
      });
    });
    for (const [from, to, label] of ties) graph.addEdge(String(from), String(to), { label, size: 1 });
    graph.forEachNode((node, look) => {
      if (look.size < 12) graph.setNodeAttribute(node, "size", 3.5 + Math.min(7, Math.sqrt(graph.degree(node))));
    });
    this.#data = nodes;
    return graph;
  }

  #draw(graph: Graph<NodeLook>, canvas: HTMLElement): Sigma<NodeLook> {
    const sigma = new Sigma<NodeLook>(graph, canvas, {
      allowInvalidContainer: true,
      defaultEdgeType: graph.size > 1000 ? "line" : "arrow",
      labelFont: getComputedStyle(this).fontFamily,
      labelSize: 12,
      labelColor: { color: this.#colour("ink") },
      labelDensity: 0.6,
      labelRenderedSizeThreshold: 6,
      defaultDrawNodeLabel: (context, data, settings) => this.#label(context, data, settings),
      defaultDrawNodeHover: (context, data, settings) => this.#label(context, data, settings),
      hideEdgesOnMove: graph.size > 3000,
      zIndex: true,
      nodeReducer: (node, look) => this.#seenNode(node, look),
      edgeReducer: (edge, look) => {
        const [from, to] = graph.extremities(edge);
        const lit = this.#near.size > 0 && this.#near.has(from) && this.#near.has(to);
        if (this.#hides(from) || this.#hides(to) || (this.#near.size > 0 && !lit)) return { ...look, hidden: true };
        return { ...look, color: this.#colour(lit ? "ink-3" : "line-strong"), size: lit ? 1.8 : 1 };
      },
    });
    sigma.on("enterNode", ({ node }) => this.#point(graph, node));
    sigma.on("leaveNode", () => this.#point(graph, null));
    sigma.on("clickNode", ({ node }) => this.#choose(graph, node));
    sigma.on("clickStage", () => this.#choose(graph, null));
    sigma.on("doubleClickNode", ({ node, preventSigmaDefault }) => {
      preventSigmaDefault(); // which would go nearer
      this.#go(node);
    });
    new ResizeObserver(() => sigma.resize().scheduleRefresh()).observe(canvas);
    return sigma;
  }

  #seenNode(node: string, look: NodeLook): Partial<NodeLook> & { highlighted?: boolean; forceLabel?: boolean; zIndex?: number; hidden?: boolean } {
    if (this.#hides(node)) return { ...look, hidden: true };
    if (node === this.#chosen) look = { ...look, size: look.size + 3 };
    if (this.#near.size === 0) return node === "0" ? { ...look, forceLabel: true } : look;
    if (this.#near.has(node)) return { ...look, forceLabel: true, zIndex: 1 };
    return { ...look, color: this.#colour("line"), label: "" };
  }

  // A label stands right of its node, and left of it where it would be cut; a rim
  // of the sheet's colour keeps what lies below from crossing its letters.
  #label(context: CanvasRenderingContext2D, node: Spot, look: { labelWeight: string; labelSize: number; labelFont: string }): void {
    if (!node.label) return;
    context.font = `${look.labelWeight} ${look.labelSize}px ${look.labelFont}`;
    const width = context.measureText(node.label).width;
    const after = node.x + node.size + 3;
    const x = after + width > context.canvas.clientWidth ? Math.max(2, node.x - node.size - 3 - width) : after;
    const y = node.y + look.labelSize / 3;
    context.lineWidth = 3;
    context.lineJoin = "round";
    context.strokeStyle = this.#colour("sheet");
    context.strokeText(node.label, x, y);
    context.fillStyle = this.#colour("ink");
    context.fillText(node.label, x, y);
  }

  #hides(node: string): boolean {
    return this.#off.has(kindOf(this.#data[Number(node)]?.type ?? ""));
  }

  #point(graph: Graph<NodeLook>, node: string | null): void {
    this.#pointed = node;
    this.#light(graph);
  }

  // Lights what is pointed at, else what is chosen, each with its neighbours, else
  // what was found.
  #light(graph: Graph<NodeLook>): void {
    const node = this.#pointed ?? this.#chosen;
    this.#near = new Set(node === null ? this.#found : [node, ...graph.neighbors(node)]);
    this.#sigma?.refresh({ skipIndexation: true });
  }

  // Says beside the drawing what a node is, with the way to its page at hand.
  #choose(graph: Graph<NodeLook>, node: string | null): void {
    this.#chosen = node;
    this.#light(graph);
    const panel = this.querySelector<HTMLElement>("[data-panel]");
    const chosen = this.#data[Number(node ?? NaN)];
    if (!panel) return;
    panel.hidden = !chosen;
    if (!chosen) return;
    const ties = graph.neighbors(node).length.toLocaleString(document.documentElement.lang);
    this.#say("name", chosen.name);
    this.#say("kind", chosen.kind);
    this.#say("ties", (panel.dataset.ties ?? "{n}").replace("{n}", ties));
    const open = panel.querySelector("a");
    open?.setAttribute("href", chosen.href);
    if (document.activeElement?.matches("[data-find]")) return; // who types goes on typing
    open?.focus({ preventScroll: true });
  }

  #say(part: string, text: string): void {
    const at = this.querySelector(`[data-panel-${part}]`);
    if (at) at.textContent = text;
  }

  #go(node: string): void {
    const href = this.#data[Number(node)]?.href;
    if (href) location.assign(href);
  }

  #key(event: KeyboardEvent): void {
    if (event.key !== "Escape" || this.#chosen === null || !this.#sigma) return;
    event.preventDefault();
    this.#choose(this.#sigma.getGraph() as Graph<NodeLook>, null);
  }

  // The entries of the legend switch their kinds off and on.
  #switches(): void {
    for (const button of this.querySelectorAll<HTMLElement>("[data-kind]")) {
      button.addEventListener("click", () => {
        const kind = button.dataset.kind ?? "";
        const on = this.#off.delete(kind);
        if (!on) this.#off.add(kind);
        button.setAttribute("aria-pressed", String(on));
        this.#sigma?.refresh({ skipIndexation: true });
      });
    }
  }

  // What is typed lights the names that hold it; Enter goes from one to the next.
  #finding(graph: Graph<NodeLook>): void {
    const field = this.querySelector<HTMLInputElement>("[data-find]");
    const told = this.querySelector<HTMLElement>("[data-found]");
    if (!field || !told) return;
    let at = -1;
    field.addEventListener("input", () => {
      const text = fold(field.value.trim());
      this.#found = text ? graph.filterNodes((node) => !this.#hides(node) && fold(this.#data[Number(node)]?.name ?? "").includes(text)) : [];
      at = -1;
      told.textContent = text ? (told.dataset.found ?? "{n}").replace("{n}", this.#found.length.toLocaleString(document.documentElement.lang)) : "";
      this.#choose(graph, null);
    });
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      at = (at + 1) % Math.max(1, this.#found.length);
      const node = this.#found[at];
      if (node === undefined) return;
      this.#choose(graph, node);
      const spot = this.#sigma?.getNodeDisplayData(node);
      if (spot) void this.#sigma?.getCamera().animate({ x: spot.x, y: spot.y, ratio: 0.5 }, { duration: still() ? 0 : 250 });
    });
  }

  // Has the graph laid out by a worker, and moves the nodes as it tells; only at
  // the end for who wants no motion.
  #lay(graph: Graph<NodeLook>, calm: boolean): void {
    const settings = { ...DEFAULT_SETTINGS, ...forceAtlas2.inferSettings(graph), barnesHutOptimize: graph.order > 300, gravity: 0.6, slowDown: 4 };
    this.#worker = new Worker(this.dataset.layout ?? "", { type: "module" });
    this.#worker.addEventListener("message", ({ data }: MessageEvent<{ nodes: Float32Array; done: boolean }>) => {
      if (data.done || !calm) assignLayoutChanges(graph, data.nodes, null);
      if (data.done) {
        this.#worker?.terminate();
        this.dataset.settled = "";
      }
    });
    const work: Work = { settings, ...graphToByteArrays(graph, () => 1), rounds };
    this.#worker.postMessage(work);
  }

  #buttons(): void {
    const camera = this.#sigma?.getCamera();
    const on = (name: string, act: () => void): void => this.querySelector(`[data-graph="${name}"]`)?.addEventListener("click", act);
    on("in", () => void camera?.animatedZoom({ duration: 150 }));
    on("out", () => void camera?.animatedUnzoom({ duration: 150 }));
    on("fit", () => void camera?.animatedReset({ duration: 150 }));
  }

  #recolour(graph: Graph<NodeLook>): void {
    this.#colours.clear();
    graph.forEachNode((node, { kind }) => graph.setNodeAttribute(node, "color", this.#colour(`kind-${kind}`)));
    this.#sigma?.setSetting("labelColor", { color: this.#colour("ink") });
  }

  // A colour of the theme as the drawing wants it: the browser resolves it, once.
  #colour(token: string): string {
    let colour = this.#colours.get(token);
    if (colour === undefined) {
      const probe = document.createElement("i");
      probe.hidden = true;
      probe.style.color = `var(--${token})`;
      this.append(probe);
      colour = getComputedStyle(probe).color;
      probe.remove();
      this.#colours.set(token, colour);
    }
    return colour;
  }
}

// still: who reads wants no motion.
function still(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

function fold(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

// kindOf sorts the types of STIX into the few that have a colour of their own;
// internal/web/ui/chart.go sorts alike.
function kindOf(type: string): string {
  switch (type) {
    case "threat-actor":
    case "intrusion-set":
    case "campaign":
    case "incident":
      return "actor";
    case "malware":
    case "tool":
    case "malware-analysis":
      return "malware";
    case "attack-pattern":
    case "course-of-action":
    case "vulnerability":
      return "technique";
    case "identity":
    case "location":
      return "identity";
    case "report":
    case "note":
    case "opinion":
    case "grouping":
    case "observed-data":
    case "sighting":
      return "report";
  }
  return "value";
}

customElements.define("entente-graph", LinkGraph);
