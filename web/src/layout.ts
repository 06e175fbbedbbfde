// SPDX-License-Identifier: Apache-2.0

import iterate from "graphology-layout-forceatlas2/iterate.js";
import type { ForceAtlas2Settings } from "graphology-layout-forceatlas2";

// What the page asks of this worker, and how often it is told.
export interface Work {
  settings: ForceAtlas2Settings;
  nodes: Float32Array;
  edges: Float32Array;
  rounds: number;
}

const told = 100; // ms between two answers
const enough = 5000; // ms after which a slow machine rests

// Lays a graph out beside the page, so that the page stays smooth, and sends
// where the nodes are from time to time; the last answer says so.
addEventListener("message", ({ data }: MessageEvent<Work>) => {
  const begun = performance.now();
  let last = begun;
  for (let round = 1, done = false; !done; round++) {
    iterate(data.settings, data.nodes, data.edges);
    const now = performance.now();
    done = round === data.rounds || now - begun > enough;
    if (!done && now - last < told) continue;
    last = now;
    postMessage({ nodes: data.nodes.slice(), done });
  }
});
