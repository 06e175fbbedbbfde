// SPDX-License-Identifier: Apache-2.0

import { busy } from "./busy";
import { unasked } from "./unasked";

interface State {
  done: number;
  total: number;
  state: string;
  label?: string;
}

// <entente-progress> shows how far a job is, asked each second, and reloads the
// page when it ends.
export class Progress extends HTMLElement {
  #timer = 0;

  connectedCallback(): void {
    this.#later(1000);
  }

  disconnectedCallback(): void {
    clearTimeout(this.#timer);
  }

  #later(ms: number): void {
    this.#timer = window.setTimeout(() => void this.#ask(), ms);
  }

  async #ask(): Promise<void> {
    try {
      const answer = await fetch(this.dataset.src ?? "", { cache: "no-store", headers: { Accept: "application/json", ...unasked } });
      if (busy(answer)) return this.#later(5000);
      if (!answer.ok) return location.reload();
      const state = (await answer.json()) as State;
      this.#show(state);
      if (state.state !== "running") return location.reload();
      this.#later(1000);
    } catch {
      this.#later(5000);
    }
  }

  #show({ done, total, label }: State): void {
    const number = new Intl.NumberFormat(document.documentElement.lang);
    const bar = this.querySelector("progress");
    const figures = this.querySelector("[data-figures]");
    const text = this.querySelector("[data-label]");
    if (bar && total > 0) {
      bar.max = total;
      bar.value = done;
    }
    if (figures && total > 0) figures.textContent = `${number.format(done)} / ${number.format(total)}`;
    if (text && label) text.textContent = label;
  }
}
