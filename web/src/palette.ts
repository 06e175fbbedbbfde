// SPDX-License-Identifier: Apache-2.0

import { type Entry, Finder } from "./finder";

// The palette gathers what the page itself offers, which is what its reader may
// do: the acts beside the title, the places of the rail and, in the template, those
// of the rest of the platform, the menus of the top bar. What is found in the place
// one is in, and who is there, comes from the server.
const sources: [selector: string, group: string][] = [
  ["main .page-actions :is(a, button), main [data-mark-read]:not([data-row] *), main [data-reply], main [data-next]", "act"],
  [".rail a.rail-item", "place"],
  ["dialog [data-group] > a", ""],
  ["#person-menu a, #person-menu button", "me"],
  ["#theme-menu button, #language-menu button", "look"],
];

export function openPalette(): boolean {
  const dialog = show("#palette");
  const input = dialog?.querySelector("input");
  const list = dialog?.querySelector<HTMLElement>("[role=listbox]");
  const none = dialog?.querySelector<HTMLElement>("[data-none]");
  if (!dialog || !input || !list || !none) return false;
  const entries = gather(dialog);
  const finder = new Finder(
    input,
    list,
    (text) => entries.filter((e) => matches(e.label, text)),
    (count) => {
      none.hidden = count > 0;
    },
  );
  finder.look();
  return true;
}

// openKeys shows the shortcuts.
export function openKeys(): boolean {
  return !!show("#keys");
}

function show(template: string): HTMLDialogElement | null {
  if (document.querySelector("dialog[open]")) return null;
  const content = document.querySelector<HTMLTemplateElement>(template)?.content;
  const dialog = content?.firstElementChild?.cloneNode(true) as HTMLDialogElement | undefined;
  if (!dialog) return null;
  const before = document.activeElement as HTMLElement | null;
  document.body.append(dialog);
  dialog.addEventListener("close", () => {
    dialog.remove();
    before?.focus();
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close(); // the ground around it
  });
  dialog.showModal();
  return dialog;
}

function gather(dialog: HTMLElement): Entry[] {
  const entries: Entry[] = [];
  const seen = new Set<string>();
  const grouped = new Set([...dialog.querySelectorAll("[data-group] > a")].map((a) => a.getAttribute("href")));
  for (const [selector, group] of sources) {
    for (const element of document.querySelectorAll<HTMLElement>(selector)) {
      const label = (element.getAttribute("aria-label") ?? element.getAttribute("placeholder") ?? words(element)).trim();
      const key = `${label} ${element.getAttribute("href") ?? group}`;
      if (!label || seen.has(key) || (group === "place" && grouped.has(element.getAttribute("href")))) continue;
      seen.add(key);
      const heading = dialog.dataset[group] ?? element.parentElement?.dataset.group ?? "";
      entries.push({ label, group: heading, note: "", icon: element.querySelector("svg"), run: () => act(element) });
    }
  }
  return entries;
}

function act(element: HTMLElement): void {
  if (element instanceof HTMLAnchorElement && element.closest("dialog")) return location.assign(element.href);
  document.querySelector<HTMLDialogElement>("dialog[open]")?.close();
  if (element.matches("textarea")) element.focus();
  else element.click();
}

// The words of an element without its counters.
function words(element: HTMLElement): string {
  const copy = element.cloneNode(true) as HTMLElement;
  for (const extra of copy.querySelectorAll("[data-count], .said-only, kbd, svg")) extra.remove();
  return copy.textContent ?? "";
}

function matches(label: string, text: string): boolean {
  const folded = fold(label);
  return fold(text)
    .split(/\s+/)
    .every((word) => folded.includes(word));
}

function fold(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
