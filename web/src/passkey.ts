// SPDX-License-Identifier: Apache-2.0

import { creationOptions, requestOptions, toJSON } from "./webauthn";

// <entente-passkey> signs in with a passkey, or registers one: it asks data-begin
// for options, lets the authenticator answer, sends that to data-finish, and goes
// to data-next. The fields of the form inside go to data-begin as JSON.
export class Passkey extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("click", (event) => {
      const button = (event.target as Element).closest("button");
      if (!button || !this.contains(button) || button.dataset.close !== undefined) return;
      event.preventDefault();
      if (button.form?.reportValidity() ?? true) void this.#run(button);
    });
  }

  async #run(button: HTMLButtonElement): Promise<void> {
    this.#say("");
    button.disabled = true;
    button.setAttribute("aria-busy", "true");
    try {
      if (!window.PublicKeyCredential) throw new Refusal(this.dataset.unsupported);
      const begun = await this.#post(this.dataset.begin, this.#fields(button.form));
      const credential = await this.#ask(begun);
      const done = await this.#post(this.dataset.finish, toJSON(credential));
      location.assign((done as { next?: string }).next ?? this.dataset.next ?? "/");
    } catch (error) {
      this.#say(this.#reason(error));
      button.disabled = false;
    }
    button.removeAttribute("aria-busy");
  }

  #fields(form: HTMLFormElement | null): object {
    return form ? Object.fromEntries(new FormData(form)) : {};
  }

  async #ask(options: unknown): Promise<PublicKeyCredential> {
    const publicKey = (options as { publicKey?: object }).publicKey ?? (options as object);
    const credential =
      this.dataset.mode === "register"
        ? await navigator.credentials.create({ publicKey: creationOptions(publicKey) })
        : await navigator.credentials.get({ publicKey: requestOptions(publicKey) });
    if (!credential) throw new Refusal(this.dataset.cancelled);
    return credential as PublicKeyCredential;
  }

  async #post(url: string | undefined, body: object): Promise<unknown> {
    const answer = await fetch(url ?? "", {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    const value: unknown = answer.headers.get("Content-Type")?.includes("json") && text ? JSON.parse(text) : {};
    // The server's own words come in the reader's language.
    if (!answer.ok) throw new Refusal((value as { error?: string }).error);
    return value;
  }

  #reason(error: unknown): string {
    const failed = this.dataset.failed ?? "";
    if (error instanceof Refusal) return error.message || failed;
    switch ((error as Error).name) {
      case "NotAllowedError":
      case "AbortError":
        return this.dataset.cancelled ?? failed;
      case "InvalidStateError":
        return this.dataset.known ?? failed;
      case "NotSupportedError":
        return this.dataset.unsupported ?? failed;
    }
    return failed;
  }

  #say(text: string): void {
    const box = this.querySelector<HTMLElement>("[data-error]");
    const line = this.querySelector<HTMLElement>("[data-error-text]");
    if (!box || !line) return;
    line.textContent = text;
    box.hidden = text === "";
  }
}

class Refusal extends Error {}
