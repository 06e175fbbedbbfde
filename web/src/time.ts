// SPDX-License-Identifier: Apache-2.0

// <time data-ago> of the last week is told as how long ago, and kept true. The
// server wrote the time in the reader's zone, short where there is little room: the
// full one stays in the title, before the exact UTC time, and is what is printed.

const units: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

export function times(): void {
  localise(document);
  setInterval(() => localise(document), 30_000);
  addEventListener("beforeprint", inFull);
  addEventListener("afterprint", () => localise(document));
}

export function localise(root: ParentNode): void {
  const format = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto", style: "short" });
  for (const time of root.querySelectorAll<HTMLTimeElement>("time[data-ago]")) tell(time, format);
}

function inFull(): void {
  for (const time of document.querySelectorAll<HTMLTimeElement>("time[data-full]")) time.textContent = time.dataset.full ?? "";
}

function tell(time: HTMLTimeElement, format: Intl.RelativeTimeFormat): void {
  const seconds = (Date.parse(time.dateTime) - Date.now()) / 1000;
  const written = (time.dataset.written ??= time.textContent ?? "");
  const full = (time.dataset.full ??= written);
  if (Number.isNaN(seconds) || Math.abs(seconds) > 7 * 86_400) {
    time.textContent = written;
    return;
  }
  if (!time.title.startsWith(full)) time.title = `${full} · ${time.title}`;
  const [unit, size] = units.find(([, size]) => Math.abs(seconds) >= size) ?? ["minute", 60];
  time.textContent = format.format(Math.trunc(seconds / size), unit);
}
