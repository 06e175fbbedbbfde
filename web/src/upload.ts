// SPDX-License-Identifier: Apache-2.0

// <entente-upload> sends the form in it by itself, so that its reader sees how far it
// is and can stop it. Without it the form is sent as any other.
export class Upload extends HTMLElement {
  #request: XMLHttpRequest | null = null;

  connectedCallback(): void {
    this.addEventListener("change", (event) => this.#measure(event.target));
    this.addEventListener("submit", (event) => this.#send(event));
    this.querySelector("[data-stop]")?.addEventListener("click", () => this.#stop());
    addEventListener("beforeunload", (event) => {
      if (this.#request) event.preventDefault();
    });
  }

  disconnectedCallback(): void {
    this.#request?.abort();
  }

  // A file that is too large is refused before any of it is sent.
  #measure(input: EventTarget | null): void {
    if (!(input instanceof HTMLInputElement) || input.type !== "file") return;
    const large = [...(input.files ?? [])].some((file) => file.size > Number(this.dataset.limit));
    input.setCustomValidity(large ? (this.dataset.large ?? "") : "");
    if (large) input.reportValidity();
  }

  #send(event: SubmitEvent): void {
    const form = event.target as HTMLFormElement;
    event.preventDefault();
    if (this.#request) return;
    const request = new XMLHttpRequest();
    this.#request = request;
    request.open("POST", form.action);
    request.upload.addEventListener("progress", (sent) => this.#show(sent));
    request.addEventListener("load", () => this.#answered(form, request));
    request.addEventListener("error", () => this.#says(this.dataset.broken ?? ""));
    request.addEventListener("loadend", () => this.#rest());
    this.#says("");
    this.#sending(true);
    this.querySelector<HTMLElement>("[data-stop]")?.focus();
    request.send(new FormData(form));
  }

  #stop(): void {
    this.#request?.abort();
    this.#rest();
    this.querySelector<HTMLElement>("[type=submit]")?.focus();
  }

  #sending(on: boolean): void {
    const bar = this.querySelector<HTMLElement>("[data-sending]");
    const form = this.querySelector("form");
    if (bar) bar.hidden = !on;
    if (form) form.hidden = on;
  }

  #show({ loaded, total }: ProgressEvent): void {
    const bar = this.querySelector("progress");
    const figures = this.querySelector("[data-figures]");
    const label = this.querySelector<HTMLElement>("[data-label]");
    if (!bar || !figures || !label || total === 0) return;
    bar.max = total;
    bar.value = loaded;
    figures.textContent = `${megabytes(loaded)} / ${megabytes(total)}`;
    if (loaded === total) label.textContent = this.dataset.sent ?? "";
  }

  // What was taken in leads to its page; what was not is said above the form, which
  // keeps its file; whatever else the server answers is shown as it is.
  #answered(form: HTMLFormElement, request: XMLHttpRequest): void {
    if (request.responseURL !== form.action && request.status < 400) {
      this.#request = null; // the page may be left
      location.assign(request.responseURL);
      return;
    }
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    const problem = page.querySelector("main .alert.bad ul, main .alert.bad");
    if (problem) return this.#says(problem.textContent?.trim() ?? "");
    const main = page.querySelector("main");
    if (main) document.querySelector("main")?.replaceWith(main);
  }

  #says(text: string): void {
    const box = this.querySelector<HTMLElement>("[data-error]");
    const said = this.querySelector("[data-error-text]");
    if (!box || !said) return;
    said.textContent = text;
    box.hidden = text === "";
    if (text !== "") box.focus();
  }

  // The form is shown again, unless what was sent leads on to its own page.
  #rest(): void {
    if (this.#request) this.#sending(false);
    this.#request = null;
  }
}

function megabytes(bytes: number): string {
  const format = { style: "unit", unit: "megabyte", minimumFractionDigits: 1, maximumFractionDigits: 1, numberingSystem: "latn" };
  return new Intl.NumberFormat(document.documentElement.lang, format as Intl.NumberFormatOptions).format(bytes / 1_000_000);
}
