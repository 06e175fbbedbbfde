// SPDX-License-Identifier: Apache-2.0

import { busy } from "./busy";
import { reachable } from "./reach";
import { localise } from "./time";
import { unasked } from "./unasked";

const pace = 500; // ms between two fetches: at most twice a second
const rest = 5000; // ms before a server that has too much to do is asked again

// <entente-thread> holds the posts of a topic. When the topic has grown it
// fetches what is new and appends it below; nothing moves under the reader. A
// bar announces what came in out of sight.
export class Thread extends HTMLElement {
  #wanted = 0;
  #timer = 0;
  #last = 0;
  #unseen: HTMLElement[] = [];
  #bar: HTMLButtonElement | null = null;

  connectedCallback(): void {
    document.addEventListener("visibilitychange", this.#seen);
    addEventListener("scroll", this.#seen, { passive: true });
  }

  disconnectedCallback(): void {
    clearTimeout(this.#timer);
    document.removeEventListener("visibilitychange", this.#seen);
    removeEventListener("scroll", this.#seen);
  }

  // The topic has this many posts now; Infinity asks whether there are more.
  grown(number: number): void {
    this.#wanted = Math.max(this.#wanted, number);
    if (this.#wanted <= this.#number || this.#timer) return;
    this.#later(Math.max(0, this.#last + pace - performance.now()));
  }

  #later(wait: number): void {
    this.#timer = window.setTimeout(() => void this.#fetch(), wait);
  }

  get #number(): number {
    return Number(this.dataset.number ?? 0);
  }

  async #fetch(): Promise<void> {
    this.#last = performance.now();
    const url = new URL(this.dataset.src ?? "", location.href);
    url.searchParams.set("after", String(this.#number));
    const wanted = this.#wanted;
    this.#wanted = 0; // what is told from here on
    let more = false;
    try {
      const answer = await fetch(url, { cache: "no-store", headers: { Accept: "text/html", ...unasked } });
      if (busy(answer)) {
        this.#wanted = Math.max(this.#wanted, wanted);
        return this.#later(rest);
      }
      more = answer.ok && !answer.redirected && this.#append(await answer.text());
    } catch {
      // the stream finds the connection lost, and asks again when it is back
    }
    this.#timer = 0;
    // A long absence takes several fetches; one that brings nothing is the last,
    // unless the topic has grown meanwhile.
    this.grown(more ? wanted : 0);
  }

  // Appends a fragment; tells whether anything was new.
  #append(html: string): boolean {
    const list = this.querySelector("[data-posts]");
    const fragment = new DOMParser().parseFromString(html, "text/html");
    const posts = [...fragment.querySelectorAll<HTMLElement>(".post[data-number]")];
    const fresh = posts.filter((post) => Number(post.dataset.number) > this.#number);
    for (const post of fresh) {
      const adopted = document.adoptNode(post);
      adopted.classList.add("new");
      list?.append(adopted);
      localise(adopted);
      reachable(adopted);
      this.dataset.number = adopted.dataset.number ?? "";
      this.#unseen.push(adopted);
    }
    this.#seen();
    return fresh.length > 0;
  }

  // Takes off the bar what has come into sight.
  #seen = (): void => {
    if (document.hidden) return;
    this.#unseen = this.#unseen.filter((post) => post.getBoundingClientRect().top > innerHeight - 40);
    if (this.#unseen.length === 0) {
      this.#bar?.remove();
      this.#bar = null;
      return;
    }
    this.#bar ??= this.#makeBar();
    this.#bar.textContent = (this.dataset.new ?? "{n}").replace("{n}", this.#unseen.length.toLocaleString(document.documentElement.lang));
  };

  #makeBar(): HTMLButtonElement {
    const bar = document.createElement("button");
    bar.type = "button";
    bar.className = "news";
    bar.setAttribute("aria-live", "polite");
    bar.addEventListener("click", () => this.#unseen[0]?.scrollIntoView({ behavior: "smooth", block: "start" }));
    this.append(bar);
    return bar;
  }
}
