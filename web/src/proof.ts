// SPDX-License-Identifier: Apache-2.0

// <entente-proof> checks by itself that an entry stands in the signed log: it
// computes the entry's leaf, climbs from there to the root by the log's tiles
// (RFC 6962, C2SP tlog-tiles), and checks the signature under the checkpoint. It
// asks the server for public parts of the log alone, and takes its word for none.

type Bytes = Uint8Array<ArrayBuffer>;

const WIDTH = 256;
const HASH = 32;

interface Opening {
  number: number;
  id: string;
  at: string;
  actor: string;
  workspace: string;
  verb: string;
  object: string;
  about: string;
  count: number;
  concerns: string;
  salt: string;
}

interface Checkpoint {
  text: string; // what is signed
  size: number;
  root: Bytes;
  signatures: { name: string; id: Bytes; value: Bytes }[];
}

type Verdict = "proven" | "wrong" | "unsigned" | "unsupported" | "unreachable";

export class Proof extends HTMLElement {
  connectedCallback(): void {
    this.querySelector("button.btn-primary")?.addEventListener("click", (event) => {
      void this.#run(event.currentTarget as HTMLButtonElement);
    });
  }

  async #run(button: HTMLButtonElement): Promise<void> {
    button.disabled = true;
    this.#say("info", this.dataset.checking);
    const verdict = await check(this.dataset.opening ?? "", this.dataset.key ?? "").catch((): Verdict => "unreachable");
    const tone = { proven: "good", wrong: "bad", unsigned: "bad", unsupported: "warn", unreachable: "warn" }[verdict];
    this.dataset.verdict = verdict;
    this.#say(tone, this.dataset[verdict]);
    button.disabled = false;
  }

  #say(tone: string, text: string | undefined): void {
    const place = this.querySelector<HTMLElement>("[data-result]");
    if (!place) return;
    const box = document.createElement("div");
    box.className = `alert ${tone}`;
    const words = document.createElement("div");
    words.textContent = text ?? "";
    box.append(words);
    place.replaceChildren(box);
  }
}

async function check(opening: string, key: string): Promise<Verdict> {
  const entry = JSON.parse(opening) as Opening;
  const answer = await get("/log/checkpoint");
  const checkpoint = parse(await answer.text());
  if (!checkpoint) return "unsigned";
  const signed = await verify(checkpoint, key);
  if (signed !== "proven") return signed;
  const index = entry.number - 1;
  if (index >= checkpoint.size) return "wrong";
  const tree = new Tree(checkpoint.size);
  const root = await tree.climb(index, await leaf(entry));
  return equal(root, checkpoint.root) ? "proven" : "wrong";
}

async function get(path: string): Promise<Response> {
  const answer = await fetch(path, { headers: { Accept: "text/plain, application/octet-stream" } });
  if (!answer.ok) throw new Error(path);
  return answer;
}

// parse reads a signed checkpoint: three lines, an empty one, signatures.
function parse(note: string): Checkpoint | undefined {
  const at = note.lastIndexOf("\n\n");
  if (at < 0) return undefined;
  const text = note.slice(0, at + 1);
  const [, size, root] = text.split("\n");
  if (!/^(0|[1-9][0-9]{0,14})$/.test(size ?? "") || !root) return undefined;
  const signatures = [];
  for (const line of note.slice(at + 2).trimEnd().split("\n")) {
    const [dash, name, encoded] = line.split(" ");
    if (dash !== "—" || !name || !encoded) return undefined;
    const raw = decode(encoded);
    signatures.push({ name, id: raw.slice(0, 4), value: raw.slice(4) });
  }
  return { text, size: Number(size), root: decode(root), signatures };
}

// verify checks the signature of the log whose verifier key that is:
// name+id+base64(type and key), type 1 being Ed25519.
async function verify(checkpoint: Checkpoint, key: string): Promise<Verdict> {
  const [name, , ...encoded] = key.split("+");
  const material = decode(encoded.join("+"));
  if (!name || material.length !== 33 || material[0] !== 1) return "unsigned";
  const id = (await sha256(utf8(name + "\n"), material)).slice(0, 4);
  const signature = checkpoint.signatures.find((s) => s.name === name && equal(s.id, id));
  if (!signature || !checkpoint.text.startsWith(name + "\n")) return "unsigned";
  let imported: CryptoKey;
  try {
    imported = await crypto.subtle.importKey("raw", material.slice(1), { name: "Ed25519" }, false, ["verify"]);
  } catch {
    return "unsupported";
  }
  const good = await crypto.subtle.verify({ name: "Ed25519" }, imported, signature.value, utf8(checkpoint.text));
  return good ? "proven" : "unsigned";
}

// leaf is the node of the entry: what the log says of it, hashed as a leaf.
async function leaf(entry: Opening): Promise<Bytes> {
  const parts = [utf8("entente journal entry v1\n"), decode(entry.salt)];
  const fields = [
    entry.number, entry.id, entry.at, entry.actor, entry.workspace, entry.verb, entry.object, entry.about, entry.count, entry.concerns,
  ];
  for (const field of fields) {
    const text = utf8(String(field));
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, text.length);
    parts.push(length, text);
  }
  return sha256(Uint8Array.of(0), await sha256(...parts));
}

const node = (left: Bytes, right: Bytes): Promise<Bytes> => sha256(Uint8Array.of(1), left, right);

// Tree computes nodes of a tree of that size from its tiles.
class Tree {
  #tiles = new Map<string, Promise<Bytes>>();

  constructor(readonly size: number) {}

  // climb returns the root, if the leaf at that index has that node.
  climb(index: number, leaf: Bytes): Promise<Bytes> {
    return this.#climb(0, this.size, index, leaf);
  }

  async #climb(begin: number, size: number, index: number, leaf: Bytes): Promise<Bytes> {
    if (size === 1) return leaf;
    const half = split(size);
    return index < begin + half
      ? node(await this.#climb(begin, half, index, leaf), await this.#subtree(begin + half, size - half))
      : node(await this.#subtree(begin, half), await this.#climb(begin + half, size - half, index, leaf));
  }

  // subtree returns the node over size leaves from begin on.
  async #subtree(begin: number, size: number): Promise<Bytes> {
    const half = split(size);
    if (size > 1 && half * 2 !== size) return node(await this.#subtree(begin, half), await this.#subtree(begin + half, size - half));
    let level = 0;
    let span = 1;
    while (span * WIDTH <= size) {
      level++;
      span *= WIDTH;
    }
    const first = begin / span;
    const tile = await this.#tile(level, Math.floor(first / WIDTH), span);
    const at = (first % WIDTH) * HASH;
    return fold(tile.slice(at, at + (size / span) * HASH));
  }

  #tile(level: number, n: number, span: number): Promise<Bytes> {
    const width = Math.min(WIDTH, Math.floor(this.size / span) - n * WIDTH);
    const path = `/log/tile/${level}/${digits(n)}${width < WIDTH ? `.p/${width}` : ""}`;
    let tile = this.#tiles.get(path);
    if (!tile) {
      tile = get(path).then(async (answer) => new Uint8Array(await answer.arrayBuffer()));
      this.#tiles.set(path, tile);
    }
    return tile;
  }
}

// split returns the largest power of two below size.
function split(size: number): number {
  let half = 1;
  while (half * 2 < size) half *= 2;
  return half;
}

// fold returns the node over hashes whose number is a power of two.
async function fold(hashes: Bytes): Promise<Bytes> {
  if (hashes.length <= HASH) return hashes;
  const half = hashes.length / 2;
  return node(await fold(hashes.slice(0, half)), await fold(hashes.slice(half)));
}

// digits writes the number of a tile: three digits a part, all but the last behind
// an x.
function digits(n: number): string {
  const part = (value: number): string => String(value % 1000).padStart(3, "0");
  let path = part(n);
  for (let rest = Math.floor(n / 1000); rest > 0; rest = Math.floor(rest / 1000)) path = `x${part(rest)}/${path}`;
  return path;
}

function decode(text: string): Bytes {
  return Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
}

function utf8(text: string): Bytes {
  return new Uint8Array(new TextEncoder().encode(text));
}

async function sha256(...parts: Bytes[]): Promise<Bytes> {
  const whole = new Uint8Array(parts.reduce((n, part) => n + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return new Uint8Array(await crypto.subtle.digest("SHA-256", whole));
}

function equal(a: Bytes, b: Bytes): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}
