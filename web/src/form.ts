// SPDX-License-Identifier: Apache-2.0

// Forms are sent once; Ctrl+Enter in a text sends its form; texts grow with
// what is typed; files can be dropped.

export function forms(): void {
  document.addEventListener("submit", once);
  // A page that the browser keeps and shows again may be sent again.
  addEventListener("pageshow", () => {
    for (const form of document.forms) release(form);
  });
  document.addEventListener("keydown", (event) => {
    const area = event.target;
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    if (area instanceof HTMLTextAreaElement) area.form?.requestSubmit();
  });
  if (!CSS.supports("field-sizing", "content")) growing();
  if (location.hash === "") document.querySelector<HTMLElement>(".alert.bad[autofocus]")?.focus();
}

function once(event: SubmitEvent): void {
  const form = event.target as HTMLFormElement;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
  // What answers with a file leaves the page as it is: it may be asked for again.
  if (form.dataset.download !== undefined) setTimeout(() => release(form), 2000);
}

function release(form: HTMLFormElement): void {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
}

function growing(): void {
  document.addEventListener("input", (event) => {
    const area = event.target;
    if (!(area instanceof HTMLTextAreaElement)) return;
    area.style.blockSize = "auto";
    area.style.blockSize = `${area.scrollHeight + 2}px`;
  });
}

export function dropZones(): void {
  for (const zone of document.querySelectorAll<HTMLElement>("[data-drop]")) {
    const input = zone.querySelector<HTMLInputElement>("input[type=file]");
    if (input) dropZone(zone, input);
  }
}

function dropZone(zone: HTMLElement, input: HTMLInputElement): void {
  const over = (on: boolean) => (event: DragEvent) => {
    event.preventDefault();
    zone.classList.toggle("over", on);
  };
  zone.addEventListener("dragover", over(true));
  zone.addEventListener("dragleave", over(false));
  zone.addEventListener("drop", (event) => {
    over(false)(event);
    const files = event.dataTransfer?.files;
    if (!files?.length || (files.length > 1 && !input.multiple)) return;
    input.files = files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
  zone.addEventListener("click", (event) => {
    if (event.target !== input) input.click();
  });
}
