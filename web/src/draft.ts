// SPDX-License-Identifier: Apache-2.0

// <form data-draft="…"> keeps with the server what is typed into it: a moment after
// typing stops, when one looks elsewhere, and when the page is left. The address
// answers {id, said, sent}: under which id the form is sent, what to say of it, and
// whether its draft was published elsewhere meanwhile, so that this is another one.

import { busy } from "./busy";

const pause = 1500; // ms after the last key
const rest = 8000; // ms before a server that could not be reached is asked again

const kept: Draft[] = [];

export function drafts(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-draft]")) kept.push(new Draft(form));
}

// Keeps at once what is not kept yet: the session is about to end.
export function keepDrafts(): void {
  for (const draft of kept) void draft.keep();
}

interface Answer {
  id: string;
  said: string;
  sent: boolean;
}

class Draft {
  #timer = 0;
  #typed = false; // since it was kept
  #under = false; // a request is under way
  #missed = false; // another was asked for meanwhile

  constructor(private readonly form: HTMLFormElement) {
    form.addEventListener("input", () => this.#later(pause));
    form.addEventListener("focusout", (event) => {
      const to = event.relatedTarget;
      if (!(to instanceof HTMLButtonElement && to.form === form)) void this.keep();
    });
    form.addEventListener("submit", () => this.#forget());
    document.addEventListener("visibilitychange", () => document.hidden && void this.keep(true));
    addEventListener("pagehide", () => void this.keep(true));
    if (form.dataset.draftTyped !== undefined) this.#later(0);
  }

  #later(wait: number): void {
    this.#typed = true;
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.keep(), wait);
  }

  #forget(): void {
    clearTimeout(this.#timer);
    this.#typed = false;
  }

  async keep(leaving = false): Promise<void> {
    if (!this.#typed) return;
    this.#missed = this.#under && !leaving;
    if (this.#missed) return;
    this.#forget();
    this.#under = true;
    try {
      await this.#answered(await this.#send(leaving));
    } catch {
      this.#failed();
    }
    this.#under = false;
    if (this.#missed) this.#later(pause);
    this.#missed = false;
  }

  // What is sent while a page is left must be small: else it is sent as ever.
  async #send(leaving: boolean): Promise<Response> {
    const how = { method: "POST", body: new FormData(this.form), headers: { Accept: "application/json" } };
    try {
      return await fetch(this.form.dataset.draft ?? "", { ...how, keepalive: leaving });
    } catch (problem) {
      if (!leaving) throw problem;
      return fetch(this.form.dataset.draft ?? "", how);
    }
  }

  async #answered(answer: Response): Promise<void> {
    if (busy(answer) || answer.status >= 500) return this.#failed();
    if (!answer.ok || answer.redirected) return; // signed out, or no longer allowed: the stream tells
    const { id, said, sent } = (await answer.json()) as Answer;
    const name = this.form.elements.namedItem("id");
    if (name instanceof HTMLInputElement) name.value = id;
    if (sent) return this.#later(0);
    this.#say(said);
    const discard = this.form.querySelector<HTMLElement>("[data-draft-discard]");
    if (discard) discard.hidden = said === "";
  }

  #failed(): void {
    const line = this.form.querySelector<HTMLElement>("[data-draft-said]");
    this.#say(line?.dataset.failed ?? "");
    this.#later(rest);
  }

  // The same words are not said twice: a screen reader would read them twice.
  #say(text: string): void {
    const line = this.form.querySelector<HTMLElement>("[data-draft-said]");
    if (line && line.textContent !== text) line.textContent = text;
  }
}
