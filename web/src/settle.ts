// SPDX-License-Identifier: Apache-2.0

// <form data-settles> marks its row, or those that are picked for it, as read where
// they stand: nothing moves under the reader's eyes, and the counts of the rail
// follow.

import { counts } from "./live";

export function settling(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (!form.matches("form[data-settles]")) return;
    event.preventDefault();
    void settle(form);
  });
}

async function settle(form: HTMLFormElement): Promise<void> {
  const rows = rowsOf(form);
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, value);
  try {
    // The answer leads to a page that need not be fetched.
    const answer = await fetch(form.action, { method: "POST", body, redirect: "manual" });
    if (answer.type !== "opaqueredirect") return form.submit();
  } catch {
    return form.submit();
  }
  for (const row of rows) settled(row);
  form.dispatchEvent(new Event("settled"));
  counts();
}

function rowsOf(form: HTMLFormElement): HTMLElement[] {
  const within = form.closest<HTMLElement>("[data-row]");
  if (within) return [within];
  const picked = [...form.elements].filter((box) => (box as HTMLInputElement).checked);
  return picked.flatMap((box) => box.closest<HTMLElement>("[data-row]") ?? []);
}

function settled(row: HTMLElement): void {
  row.classList.remove("unread");
  row.querySelector(".row-kind")?.classList.remove("info", "warn", "bad");
  for (const mark of row.querySelectorAll(".row-title .said-only, .badge-unread")) mark.remove();
  for (const part of row.querySelectorAll("form[data-settles], input[form]")) {
    if (part.contains(document.activeElement)) row.querySelector<HTMLElement>("a")?.focus({ preventScroll: true });
    part.remove();
  }
}
