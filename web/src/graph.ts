// SPDX-License-Identifier: Apache-2.0

import Graph from "graphology";
import forceAtlas2 from "graphology-layout-forceatlas2";
import DEFAULT_SETTINGS from "graphology-layout-forceatlas2/defaults.js";
import { assignLayoutChanges, graphToByteArrays } from "graphology-layout-forceatlas2/helpers.js";
import Sigma from "sigma";
import type { Work } from "./layout";

interface Data {
  nodes: { href: string; type: string; name: string; distance: number }[];
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

// <entente-graph> draws what lies around an object, and lets one walk it with
// the pointer. The list beside it holds the same for the keyboard.
export class LinkGraph extends HTMLElement {
  #sigma: Sigma<NodeLook> | null = null;
  #near = new Set<string>();
  #worker: Worker | null = null;
  #hrefs: string[] = [];
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
    this.classList.add("drawn");
    this.#sigma = this.#draw(graph, canvas);
    this.#lay(graph, matchMedia("(prefers-reduced-motion: reduce)").matches);
    this.#buttons();
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
    this.#hrefs = nodes.map((n) => n.href);
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
        if (this.#near.size > 0 && !lit) return { ...look, hidden: true };
        return { ...look, color: this.#colour(lit ? "ink-3" : "line-strong"), size: lit ? 1.8 : 1 };
      },
    });
    const focus = (node: string | null): void => {
      this.#near = new Set(node === null ? [] : [node, ...graph.neighbors(node)]);
      sigma.refresh({ skipIndexation: true });
    };
    sigma.on("enterNode", ({ node }) => focus(node));
    sigma.on("leaveNode", () => focus(null));
    sigma.on("clickNode", ({ node }) => this.#go(node));
    new ResizeObserver(() => sigma.resize().scheduleRefresh()).observe(canvas);
    return sigma;
  }

  #seenNode(node: string, look: NodeLook): Partial<NodeLook> & { highlighted?: boolean; forceLabel?: boolean; zIndex?: number } {
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

  #go(node: string): void {
    const href = this.#hrefs[Number(node)];
    if (href) location.assign(href);
  }

  // Has the graph laid out by a worker, and moves the nodes as it tells; only at
  // the end for who wants no motion.
  #lay(graph: Graph<NodeLook>, still: boolean): void {
    const settings = { ...DEFAULT_SETTINGS, ...forceAtlas2.inferSettings(graph), barnesHutOptimize: graph.order > 300, gravity: 0.6, slowDown: 4 };
    this.#worker = new Worker(this.dataset.layout ?? "", { type: "module" });
    this.#worker.addEventListener("message", ({ data }: MessageEvent<{ nodes: Float32Array; done: boolean }>) => {
      if (data.done || !still) assignLayoutChanges(graph, data.nodes, null);
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
