// SPDX-License-Identifier: Apache-2.0

// Ctrl+K opens the palette, / goes to the search, ? shows the keys; j and k move
// through the rows or posts of a page, Enter opens, r goes to the reply, x picks a row, e marks as
// read where a page offers it; g and a letter go to a place of the rail.

import { openKeys, openPalette } from "./palette";

const breath = 1200; // ms between g and the letter
let going = -Infinity; // when g was pressed

export function keyboard(): void {
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      if (openPalette()) event.preventDefault();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
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
  return !!at?.closest?.("input, textarea, select, dialog, [contenteditable]");
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
      return !!row() && document.activeElement === document.body && go(row()?.querySelector("a"));
    case "r":
      return focus(document.querySelector<HTMLElement>("[data-reply]"));
    case "x":
      return go(row()?.querySelector<HTMLElement>("input[type=checkbox]"));
    case "e":
      return go(markRead());
  }
  return false;
}

// Of the row where one is; else of the page, never of some row.
function markRead(): HTMLElement | null | undefined {
  const at = row();
  if (at) return at.querySelector<HTMLElement>("[data-mark-read]");
  return document.querySelector<HTMLElement>("[data-mark-read]:not([data-row] *)");
}

function row(): Element | null {
  return document.querySelector("[data-row].at");
}

function move(by: number): boolean {
  const rows = [...document.querySelectorAll<HTMLElement>("[data-row]")];
  if (rows.length === 0) return false;
  const at = rows.findIndex((r) => r.classList.contains("at"));
  const next = rows[Math.min(Math.max(at + by, 0), rows.length - 1)];
  rows[at]?.classList.remove("at");
  next?.classList.add("at");
  next?.querySelector<HTMLElement>("a")?.focus({ preventScroll: true });
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
