// SPDX-License-Identifier: Apache-2.0

// Builds what the browser loads into internal/web/assets/dist, and the icons
// that the templates draw into internal/web/ui/icons.go.

import { execFileSync } from "node:child_process";
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { geoEqualEarth, geoPath } from "d3-geo";
import { build } from "esbuild";
import sharp from "sharp";
import { feature } from "topojson-client";
import subset from "subset-font";
import { icons, mirrored } from "./icons.mjs";

const web = dirname(fileURLToPath(import.meta.url));
const modules = join(web, "node_modules");
const dist = join(web, "../internal/web/assets/dist");

// The subsets of each family that are shipped; what a page does not show, its
// browser does not load.
const fonts = [
  { family: "ibm-plex-sans", weights: [400, 600], subsets: ["latin", "latin-ext", "cyrillic", "greek"] },
  { family: "ibm-plex-sans-arabic", weights: [400, 600], subsets: ["arabic"] },
  { family: "ibm-plex-mono", weights: [400], subsets: ["latin", "latin-ext", "cyrillic"] },
];

// What Arabic and Persian text of today is made of: 17 KB of the 43 of the whole
// script. The rest is loaded by whoever reads it.
const arabic = [
  [0x60c, 0x60c], [0x61b, 0x61f], [0x621, 0x655], [0x660, 0x66d], [0x670, 0x671], // Arabic
  [0x67e, 0x67e], [0x686, 0x686], [0x698, 0x698], [0x6a9, 0x6a9], [0x6af, 0x6af], [0x6cc, 0x6cc], [0x6f0, 0x6f9], // Persian
];

// Cuts the everyday letters out of the Arabic font. Its rule comes after that of
// the whole font and so has precedence for them.
async function everydayArabic(weight, from) {
  const file = `ibm-plex-sans-arabic-everyday-${weight}-normal.woff2`;
  const letters = arabic.flatMap(([a, b]) => Array.from({ length: b - a + 1 }, (_, i) => String.fromCodePoint(a + i)));
  const whole = await readFile(join(from, "files", `ibm-plex-sans-arabic-arabic-${weight}-normal.woff2`));
  await writeFile(join(dist, "fonts", file), await subset(whole, letters.join(""), { targetFormat: "woff2" }));
  const range = arabic.map(([a, b]) => `U+${a.toString(16)}${a === b ? "" : `-${b.toString(16)}`}`).join(",");
  return (
    `@font-face{font-family:"IBM Plex Sans Arabic";font-weight:${weight};font-display:swap;` +
    `src:url(fonts/${file}) format("woff2");unicode-range:${range}}`
  );
}

async function clean() {
  await mkdir(dist, { recursive: true });
  for (const name of await readdir(dist)) {
    if (name !== ".keep") await rm(join(dist, name), { recursive: true });
  }
}

// Copies the font files and returns their @font-face rules.
async function shipFonts() {
  await mkdir(join(dist, "fonts"));
  const rules = [];
  for (const { family, weights, subsets } of fonts) {
    const from = join(modules, "@fontsource", family);
    for (const weight of weights) {
      const css = await readFile(join(from, `${weight}.css`), "utf8");
      for (const subset of subsets) {
        const file = `${family}-${subset}-${weight}-normal.woff2`;
        const block = css.split("@font-face").find((b) => b.includes(file));
        const name = block.match(/font-family:\s*([^;]+);/)[1];
        const range = block.match(/unicode-range:\s*([^;]+);/)[1];
        rules.push(
          `@font-face{font-family:${name};font-weight:${weight};font-display:swap;` +
            `src:url(fonts/${file}) format("woff2");unicode-range:${range.replaceAll(" ", "")}}`,
        );
        await copyFile(join(from, "files", file), join(dist, "fonts", file));
      }
      if (family === "ibm-plex-sans-arabic") rules.push(await everydayArabic(weight, from));
    }
  }
  return rules.join("");
}

async function styles(fontFaces) {
  const out = join(dist, "app.css");
  execFileSync(join(modules, ".bin/tailwindcss"), ["-i", join(web, "styles/app.css"), "-o", out, "--minify"], {
    cwd: web,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const css = await readFile(out, "utf8");
  await build({ entryPoints: [join(web, "styles/charts.css")], outdir: dist, minify: true, legalComments: "none" });
  await writeFile(out, fontFaces + css.replace(/\/\*![\s\S]*?\*\/\s*/g, ""));
}

// app is on every page; the others come with the pages that are instruments.
async function islands() {
  await build({
    entryPoints: ["app", "graph", "layout", "map"].map((name) => join(web, "src", `${name}.ts`)),
    outdir: dist,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    legalComments: "none",
  });
}

// Draws the countries of the world once, under their numbers (UN M49), and for
// each the spot at which one too small to see is marked.
async function world() {
  const [width, height, antarctica] = [960, 440, "010"];
  const atlas = async (detail) => {
    const topology = JSON.parse(await readFile(join(modules, "world-atlas", `countries-${detail}.json`), "utf8"));
    return feature(topology, topology.objects.countries).features.filter((f) => f.id && f.id !== antarctica);
  };
  const coarse = await atlas("110m");
  const projection = geoEqualEarth().fitSize([width, height], { type: "FeatureCollection", features: coarse });
  const path = geoPath(projection).digits(0);
  const lands = Object.fromEntries(coarse.map((f) => [f.id, path(f)]));
  const spots = Object.fromEntries((await atlas("50m")).map((f) => [f.id, path.centroid(f).map(Math.round)]));
  await writeFile(join(dist, "world.json"), JSON.stringify({ width, height, lands, spots }));
}

// Draws each flag at three times the size in which it is shown: a few hundred
// bytes each, where some of the drawings take a hundred thousand.
async function flags() {
  const from = join(modules, "flag-icons/flags/4x3");
  await mkdir(join(dist, "flags"));
  const codes = (await readdir(from)).filter((name) => /^[a-z]{2}\.svg$/.test(name));
  const queue = codes.values();
  const worker = async () => {
    for (const name of queue) {
      const image = sharp(join(from, name)).resize(60, 45, { fit: "fill" });
      await image.webp({ quality: 80, effort: 6 }).toFile(join(dist, "flags", name.replace(".svg", ".webp")));
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
}

async function drawIcons() {
  const cases = [];
  for (const [name, source] of Object.entries(icons).sort()) {
    const svg = await readFile(join(modules, "lucide-static/icons", `${source}.svg`), "utf8");
    const inner = svg
      .replace(/<!--[\s\S]*?-->/g, "")
      .match(/<svg[\s\S]*?>([\s\S]*)<\/svg>/)[1]
      .replace(/\s*\n\s*/g, "")
      .replaceAll(" />", "/>");
    cases.push(`\tcase ${JSON.stringify(name)}:\n\t\treturn \`${inner}\`, ${mirrored.has(name)}`);
  }
  const source = [
    "// SPDX-License-Identifier: Apache-2.0",
    "",
    "// Code generated by web/build.mjs from lucide-static (ISC licence). DO NOT EDIT.",
    "",
    "package ui",
    "",
    "// drawing returns the strokes of an icon, and whether it points along the line",
    "// of reading and is mirrored with it; empty for an unknown name.",
    "func drawing(icon string) (strokes string, mirrored bool) {",
    "\tswitch icon {",
    ...cases,
    "\t}",
    '\treturn "", false',
    "}",
    "",
  ].join("\n");
  const path = join(web, "../internal/web/ui/icons.go");
  const old = await readFile(path, "utf8").catch(() => "");
  if (old !== source) await writeFile(path, source);
}

// The licences of what is shipped travel with it.
async function licences() {
  const parts = [];
  for (const name of [...fonts.map((f) => `@fontsource/${f.family}`), "flag-icons", "lucide-static", "tailwindcss", "daisyui", "sigma", "graphology", "graphology-layout-forceatlas2", "world-atlas"]) {
    const file = (await readdir(join(modules, name))).find((f) => /^LICEN[CS]E/i.test(f));
    parts.push(`${name}\n\n${await readFile(join(modules, name, file), "utf8")}`);
  }
  await writeFile(join(dist, "licences.txt"), parts.join("\n\n----------\n\n"));
}

async function report() {
  for (const name of ["app.css", "charts.css", "app.js", "graph.js", "layout.js", "map.js", "world.json"]) {
    const bytes = await readFile(join(dist, name));
    console.log(`${name}: ${bytes.length} bytes, ${gzipSync(bytes, { level: 9 }).length} compressed`);
  }
}

await clean();
await drawIcons();
await styles(await shipFonts());
await Promise.all([islands(), flags(), world(), licences()]);
await report();
