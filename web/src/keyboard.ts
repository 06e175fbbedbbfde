// SPDX-License-Identifier: Apache-2.0

// Ctrl+K opens the palette, / goes to the search, ? shows the keys; j and k move
// through the rows or posts of a page, Enter opens, r goes to the reply, x picks a row, e marks as
// read where a page offers it, n goes to the next topic that is new; g and a letter
// go to a place of the rail. Whoever has switched off what a single key does has
// Ctrl+K alone (WCAG 2.2, 2.1.4).

import { openKeys, openPalette } from "./palette";

const breath = 1200; // ms between g and the letter
let going = -Infinity; // when g was pressed

export function keyboard(): void {
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      if (openPalette()) event.preventDefault();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.body.dataset.singleKeys === "off") return;
    if (press(event.key)) event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    if (!(event.target as Element).closest("[data-keys]")) return;
    document.querySelector<HTMLElement>("#person-menu")?.hidePopover();
    openKeys();
  });
}

function typing(target: EventTarget | null): boolean {
  const at = target as HTMLElement | null;
  return !!at?.closest?.("input:not([type=checkbox]), textarea, select, dialog, [contenteditable]");
}

function press(key: string): boolean {
  if (performance.now() - going < breath) {
    going = -Infinity;
    return go(document.querySelector<HTMLElement>(`[data-go="${CSS.escape(key)}"]`));
  }
  switch (key) {
    case "g":
      going = performance.now();
      return true;
    case "?":
      return openKeys();
    case "/":
      return focus(document.querySelector<HTMLElement>("[data-search]"));
    case "j":
      return move(1);
    case "k":
      return move(-1);
    case "Enter":
      return !!row() && document.activeElement === document.body && go(lead(row()));
    case "r":
      return focus(document.querySelector<HTMLElement>("[data-reply]"));
    case "x":
      return go(row()?.querySelector<HTMLElement>("input[type=checkbox]"));
    case "e":
      return go(markRead());
    case "n":
      return go(document.querySelector<HTMLElement>("[data-next], .row.unread .row-title"));
  }
  return false;
}

// What is picked; else the row where one is; else of the page, never of some row.
function markRead(): HTMLElement | null | undefined {
  const picked = document.querySelector<HTMLElement>("[data-mark-picked]:enabled");
  if (picked) return picked;
  const at = row();
  if (at) return at.querySelector<HTMLElement>("[data-mark-read]");
  return document.querySelector<HTMLElement>("[data-mark-read]:not([data-row] *)");
}

// A row of a table is one where it leads somewhere.
const rows = "[data-row], [data-rows] > tr:has(a[href])";

function row(): Element | null {
  return document.querySelector(`:is(${rows}).at`);
}

// Where a row leads: by its title, rather than by a person who is named in it.
function lead(row: Element | null | undefined): HTMLElement | null | undefined {
  return row?.querySelector<HTMLElement>("a:not([data-card])") ?? row?.querySelector("a");
}

function move(by: number): boolean {
  const all = [...document.querySelectorAll<HTMLElement>(rows)];
  if (all.length === 0) return false;
  const at = all.findIndex((r) => r.classList.contains("at"));
  const next = all[Math.min(Math.max(at + by, 0), all.length - 1)];
  all[at]?.classList.remove("at");
  next?.classList.add("at");
  lead(next)?.focus({ preventScroll: true });
  next?.scrollIntoView({ block: "nearest" });
  return true;
}

function focus(element: HTMLElement | null): boolean {
  element?.focus();
  return !!element;
}

function go(element: HTMLElement | null | undefined): boolean {
  element?.click();
  return !!element;
}
