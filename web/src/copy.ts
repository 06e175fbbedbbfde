// SPDX-License-Identifier: Apache-2.0

// [data-copy] copies its value; [data-close] takes away the message it is in.

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
