// SPDX-License-Identifier: Apache-2.0

// The choice of appearance holds at once; the form tells the server, which sets
// the cookie.

export function themeChoice(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-theme-choice]");
  form?.addEventListener("submit", (event) => {
    const button = event.submitter as HTMLButtonElement | null;
    if (!button) return;
    event.preventDefault();
    show(button.value);
    for (const other of form.querySelectorAll("button")) other.setAttribute("aria-pressed", String(other === button));
    form.hidePopover?.();
    void fetch(form.action, { method: "POST", body: new URLSearchParams({ theme: button.value, next: location.pathname }), redirect: "manual" });
  });
}

function show(theme: string): void {
  const root = document.documentElement;
  if (theme) root.dataset.theme = theme;
  else delete root.dataset.theme;
}
