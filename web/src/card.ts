// SPDX-License-Identifier: Apache-2.0

import { bones } from "./bones";

const names = "a[data-card], a.mention";
const pause = 350; // ms that one stays at a name before it is asked about
const grace = 250; // ms to go from the name to its card
const gap = 4; // px between the two

// <entente-card> says who somebody is, beside the name that leads to their page:
// while it is pointed at or has the focus, until Escape. It can be pointed at
// itself. Who may not be seen has no card, like who does not exist.
export class Card extends HTMLElement {
  #name: HTMLAnchorElement | null = null; // whose card it is, or is about to be
  #opening = 0;
  #closing = 0;

  // watch follows pointer and focus on the whole page.
  watch(): void {
    this.id = "card";
    this.className = "menu";
    this.popover = "manual";
    document.addEventListener("pointerover", (event) => {
      if (event.pointerType !== "touch") this.#point(event.target as Element);
    });
    document.addEventListener("focusin", (event) => {
      const at = event.target as Element;
      if (at.matches(":focus-visible")) this.#point(at);
    });
    document.addEventListener("focusout", (event) => {
      if (event.target === this.#name) this.#point(document.body);
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.#close()) event.preventDefault();
    }, true);
    addEventListener("scroll", () => this.#place(), { passive: true, capture: true });
  }

  #point(at: Element): void {
    const name = at.closest<HTMLAnchorElement>(names);
    if (this.contains(at) || (name && name === this.#name)) return this.#stay();
    if (name) {
      this.#close();
      this.#name = name;
      this.#opening = window.setTimeout(() => void this.#open(name), pause);
      return;
    }
    if (!this.#shown) this.#close();
    else if (!this.#name?.matches(":focus-visible")) this.#closing ||= window.setTimeout(() => this.#close(), grace);
  }

  get #shown(): boolean {
    return this.matches(":popover-open");
  }

  #stay(): void {
    clearTimeout(this.#closing);
    this.#closing = 0;
  }

  // Closes the card, or forgets that it was to open; tells whether it was seen.
  #close(): boolean {
    this.#stay();
    clearTimeout(this.#opening);
    this.#name?.removeAttribute("aria-describedby");
    this.#name = null;
    const seen = this.#shown;
    this.remove(); // out of the page, it is closed
    return seen;
  }

  async #open(name: HTMLAnchorElement): Promise<void> {
    this.replaceChildren(bones(3));
    (name.closest("main") ?? document.body).append(this);
    this.showPopover();
    this.#place();
    const card = await who(name.href);
    if (this.#name !== name) return;
    if (!card) return void this.#close();
    this.replaceChildren(card);
    name.setAttribute("aria-describedby", this.id);
    this.#place();
  }

  // Below the name, above it where there is no room, within the window.
  #place(): void {
    if (!this.#shown || !this.#name) return;
    const at = this.#name.getBoundingClientRect();
    if (at.bottom < 0 || at.top > innerHeight) return void this.#close();
    const { width, height } = this.getBoundingClientRect();
    const below = at.bottom + gap + height < innerHeight;
    const start = getComputedStyle(this.#name).direction === "rtl" ? at.right - width : at.left;
    this.style.inset = `${below ? at.bottom + gap : at.top - gap - height}px auto auto ${Math.max(gap, Math.min(start, innerWidth - width - gap))}px`;
  }
}

// who fetches a card; null where there is none to be had.
async function who(page: string): Promise<Element | null> {
  const url = new URL(page);
  url.searchParams.set("card", "1");
  try {
    const answer = await fetch(url, { cache: "no-store", headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) return null;
    return new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".person");
  } catch {
    return null;
  }
}

// cards has the names of a page tell who they are.
export function cards(): void {
  customElements.define("entente-card", Card);
  (document.createElement("entente-card") as Card).watch();
}
