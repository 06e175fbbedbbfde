// SPDX-License-Identifier: Apache-2.0

// <form data-settles> in a row marks the row as read where it stands: nothing
// moves under the reader's eyes, and the counts of the rail follow.

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
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, value);
  try {
    // The answer leads to a page that need not be fetched.
    const answer = await fetch(form.action, { method: "POST", body, redirect: "manual" });
    if (answer.type !== "opaqueredirect") return form.submit();
  } catch {
    return form.submit();
  }
  const row = form.closest<HTMLElement>("[data-row]");
  const focused = form.contains(document.activeElement);
  row?.classList.remove("unread");
  row?.querySelector(".row-kind")?.classList.remove("info", "warn", "bad");
  row?.querySelector(".row-title .said-only")?.remove();
  if (focused) row?.querySelector<HTMLElement>("a")?.focus({ preventScroll: true });
  form.remove();
  counts();
}
