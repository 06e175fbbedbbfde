// SPDX-License-Identifier: Apache-2.0

// <details data-dialog> opens as a modal dialog; <details data-hang>, a menu,
// closes when one looks elsewhere.

export function dialogs(): void {
  for (const details of document.querySelectorAll<HTMLDetailsElement>("details[data-dialog][open]")) open(details); // a form that is shown again
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    const summary = target.closest("details[data-dialog] > summary");
    if (summary) {
      event.preventDefault();
      open(summary.parentElement as HTMLDetailsElement);
    }
    if (target.closest("[data-cancel]")) target.closest("dialog")?.close();
    for (const menu of document.querySelectorAll("details[data-hang][open]")) {
      if (!menu.contains(target)) menu.removeAttribute("open");
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll<HTMLDetailsElement>("details[data-hang][open]")) {
      menu.open = false;
      menu.querySelector("summary")?.focus();
    }
  });
}

// The panel moves into a dialog and back: its form and what was typed stay.
function open(details: HTMLDetailsElement): void {
  const panel = details.querySelector<HTMLElement>(":scope > .panel");
  if (!panel) return;
  details.open = false;
  const dialog = document.createElement("dialog");
  const heading = panel.querySelector("h2");
  if (heading) dialog.setAttribute("aria-label", heading.textContent ?? "");
  dialog.append(panel);
  details.after(dialog);
  dialog.addEventListener("close", () => {
    details.append(panel);
    dialog.remove();
    details.querySelector("summary")?.focus();
  });
  dialog.showModal();
  const asks = !panel.querySelector("input:not([type=hidden]), select, textarea");
  if (asks && panel.querySelector(".btn-danger")) panel.querySelector<HTMLElement>("[data-cancel]")?.focus(); // so that Enter alone destroys nothing
}
