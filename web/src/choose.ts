// SPDX-License-Identifier: Apache-2.0

// A list of which rows can be picked: all of the page at once, a range with
// Shift, how many are, and nothing to do while there are none.

export function choosing(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-choosing]");
  const all = form?.querySelector<HTMLInputElement>("[data-choose-all]");
  if (!form || !all) return;
  const boxes = boxesOf(form);
  let last = -1;
  const tell = () => show(form, all, boxesOf(form));
  all.addEventListener("change", () => {
    for (const box of boxesOf(form)) box.checked = all.checked;
    tell();
  });
  boxes.forEach((box, i) =>
    box.addEventListener("click", (event) => {
      if (event.shiftKey && last >= 0) {
        for (const between of boxes.slice(Math.min(i, last), Math.max(i, last) + 1)) between.checked = box.checked;
      }
      last = i;
      tell();
    }),
  );
  addEventListener("pageshow", tell);
  form.addEventListener("settled", tell);
  tell();
}

// Those of the rows that can still be picked.
function boxesOf(form: HTMLFormElement): HTMLInputElement[] {
  return [...document.querySelectorAll<HTMLInputElement>(`input[type=checkbox][form="${form.id}"]`)];
}

function show(form: HTMLFormElement, all: HTMLInputElement, boxes: HTMLInputElement[]): void {
  const n = boxes.filter((box) => box.checked).length;
  all.checked = n > 0 && n === boxes.length;
  all.indeterminate = n > 0 && n < boxes.length;
  for (const box of boxes) box.closest("tr")?.setAttribute("aria-selected", String(box.checked));
  for (const button of form.querySelectorAll<HTMLButtonElement>("button")) {
    button.disabled = n === 0;
  }
  form.classList.toggle("some", n > 0);
  const count = form.querySelector<HTMLElement>("[data-chosen]");
  if (count) count.textContent = n > 0 ? (count.dataset.chosen ?? "").replace("{n}", String(n)) : "";
}
