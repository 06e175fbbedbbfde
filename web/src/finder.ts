// SPDX-License-Identifier: Apache-2.0

// A field with a list of what it may mean below it: arrows choose, Enter goes.
// The search box offers what is found as one types; the palette (Ctrl+K) offers
// every place and act of the page as well.

import { bones } from "./bones";

export interface Entry {
  label: string;
  group: string; // the heading that it stands below; none where empty
  note: string;
  icon?: Element | null;
  run: () => void;
}

interface Suggestion {
  title: string;
  note: string;
  href: string;
  group: string;
}

const pause = 120; // ms of stillness before the server is asked

export class Finder {
  #at = -1;
  #entries: Entry[] = [];
  #timer = 0;
  #asked = "";

  // own lists the entries that need no server; changed hears how many there are.
  constructor(
    private readonly input: HTMLInputElement,
    private readonly list: HTMLElement,
    private readonly own: (text: string) => Entry[],
    private readonly changed: (count: number) => void,
  ) {
    input.addEventListener("input", () => this.look());
    input.addEventListener("keydown", (event) => this.#key(event));
    list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
    list.addEventListener("click", (event) => {
      const option = (event.target as Element).closest<HTMLElement>("[role=option]");
      if (option) this.#entries[Number(option.dataset.at)]?.run();
    });
  }

  look(): void {
    const text = this.input.value.trim();
    this.#asked = ""; // an answer to older text comes too late
    const asks = text.length > 1 && !!this.input.dataset.suggest;
    this.#show(this.own(text), asks);
    clearTimeout(this.#timer);
    if (asks) this.#timer = window.setTimeout(() => void this.#ask(text), pause);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#asked = "";
    this.#show([]);
  }

  async #ask(text: string): Promise<void> {
    this.#asked = text;
    try {
      const answer = await fetch(`${this.input.dataset.suggest}?${new URLSearchParams({ q: text })}`, {
        cache: "no-store",
        headers: { Accept: "application/json" },
      });
      if (this.#asked !== text) return;
      if (!answer.ok) return this.#show(this.own(text));
      const found = (await answer.json()) as Suggestion[];
      const more = found.map((s) => ({ label: s.title, group: s.group, note: s.note, run: () => location.assign(s.href) }));
      if (this.#asked === text) this.#show([...this.own(text), ...more]);
    } catch {
      // a lost line suggests nothing; the search itself says so
      if (this.#asked === text) this.#show(this.own(text));
    }
  }

  // waiting says that there may be more to come: the palette, which is open anyway,
  // shows so.
  #show(entries: Entry[], waiting = false): void {
    const bare = waiting && !this.input.form;
    this.#entries = entries;
    this.#at = -1;
    this.list.replaceChildren(...this.#groups(entries), ...(bare ? [waits()] : []));
    this.input.setAttribute("aria-expanded", String(entries.length > 0));
    this.input.removeAttribute("aria-activedescendant");
    this.changed(entries.length + Number(bare));
  }

  // The options below the headings of their groups.
  #groups(entries: Entry[]): HTMLElement[] {
    const groups: HTMLElement[] = [];
    let last: string | null = null;
    entries.forEach((entry, i) => {
      if (entry.group !== last) groups.push(this.#group(entry.group, groups.length));
      last = entry.group;
      groups.at(-1)?.append(this.#option(entry, i));
    });
    return groups;
  }

  #group(label: string, at: number): HTMLElement {
    const group = document.createElement("ul");
    group.setAttribute("role", label ? "group" : "presentation");
    if (!label) return group;
    const heading = document.createElement("li");
    heading.id = `${this.list.id}-group-${at}`;
    heading.setAttribute("role", "presentation");
    heading.className = "found-group";
    heading.textContent = label;
    group.setAttribute("aria-labelledby", heading.id);
    group.append(heading);
    return group;
  }

  #option(entry: Entry, at: number): HTMLElement {
    const option = document.createElement("li");
    option.id = `${this.list.id}-${at}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.className = "found";
    option.dataset.at = String(at);
    const label = document.createElement("bdi");
    label.textContent = entry.label;
    const note = document.createElement("span");
    note.textContent = entry.note;
    if (entry.icon) option.append(entry.icon.cloneNode(true));
    option.append(label, note);
    return option;
  }

  #key(event: KeyboardEvent): void {
    if (event.isComposing) return;
    switch (event.key) {
      case "ArrowDown":
        return this.#move(event, 1);
      case "ArrowUp":
        return this.#move(event, -1);
      case "Enter": {
        const entry = this.#entries[this.#at] ?? (this.input.form ? undefined : this.#entries[0]);
        if (!entry) return;
        event.preventDefault();
        return entry.run();
      }
      case "Escape":
        if (this.#entries.length > 0 && this.input.form) {
          event.preventDefault();
          this.close();
        }
    }
  }

  #move(event: KeyboardEvent, by: number): void {
    const n = this.#entries.length;
    if (n === 0) return;
    event.preventDefault();
    const options = this.list.querySelectorAll("[role=option]");
    options[this.#at]?.setAttribute("aria-selected", "false");
    this.#at = (this.#at + by + (this.#at < 0 && by < 0 ? 1 : 0) + n) % n;
    const option = options[this.#at];
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) this.input.setAttribute("aria-activedescendant", option.id);
  }
}

function waits(): HTMLElement {
  const line = bones(2);
  line.classList.add("found");
  return line;
}

// The box in the top bar suggests while one types.
export function searchBox(): void {
  const input = document.querySelector<HTMLInputElement>("[data-search]");
  const list = document.querySelector<HTMLElement>("#suggestions");
  if (!input || !list) return;
  const finder = new Finder(input, list, () => [], (count) => {
    list.hidden = count === 0;
  });
  input.addEventListener("blur", () => finder.close());
}
