// SPDX-License-Identifier: Apache-2.0

// [data-copy] copies its value; [data-close] takes away the message it is in.

// saying sees to it that what the page says once is heard: what stands in a status
// from the beginning is passed over by screen readers. A page that is kept and shown
// again does not say it again.
export function saying(): void {
  const box = document.querySelector(".toasts[role=status]");
  const said = [...(box?.children ?? [])];
  if (!box || said.length === 0) return;
  box.replaceChildren();
  setTimeout(() => box.append(...said), 100);
  addEventListener("pagehide", () => box.replaceChildren());
}

export function copying(): void {
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    target.closest("[data-close]")?.closest(".alert")?.remove();
    const button = target.closest<HTMLElement>("[data-copy]");
    if (button) void copy(button);
  });
}

async function copy(button: HTMLElement): Promise<void> {
  await navigator.clipboard.writeText(button.dataset.copy ?? "");
  const label = button.querySelector(".said-only");
  const before = label?.textContent ?? "";
  button.classList.add("done");
  if (label) label.textContent = button.dataset.done ?? before;
  setTimeout(() => {
    button.classList.remove("done");
    if (label) label.textContent = before;
  }, 2000);
}
