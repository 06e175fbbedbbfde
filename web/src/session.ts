// SPDX-License-Identifier: Apache-2.0

// Two minutes before a session ends the page says so, and offers to go on where the
// rules allow it (WCAG 2.2, 2.2.1). When that is, the server says: another tab may
// have been used meanwhile.

import { keepDrafts } from "./draft";
import { unasked } from "./unasked";

const ahead = 120; // seconds before the end
const last = 5; // seconds before the end in which what is typed is kept once more
const again = 20_000; // ms before the server is asked again
const look = 5000; // ms between two looks at the clock: a machine that slept has no timers

interface Left {
  left: number; // seconds
  last: boolean; // it cannot be put off
  text: string;
}

let ends = Infinity; // by this machine's clock
let asked = -Infinity;

export function sessionEnd(): void {
  const left = Number(document.body.dataset.sessionLeft ?? "0");
  if (left <= 0) return;
  ends = Date.now() + left * 1000;
  setInterval(tick, look);
  document.addEventListener("visibilitychange", () => document.hidden || tick());
}

function tick(): void {
  const left = (ends - Date.now()) / 1000;
  if (left <= last + look / 1000) keepDrafts();
  if (left <= ahead && Date.now() - asked > again) void ask(unasked);
}

// Asked without the header it is an act, which puts the end off.
async function ask(headers: Record<string, string>): Promise<void> {
  asked = Date.now();
  try {
    const answer = await fetch("/session", { cache: "no-store", headers: { Accept: "application/json", ...headers } });
    if (answer.ok) heard((await answer.json()) as Left);
  } catch {
    // away: the next look asks again
  }
}

function heard(state: Left): void {
  ends = Date.now() + state.left * 1000;
  if (state.left <= ahead) return warn(state);
  bar()?.remove();
}

function bar(): HTMLElement | null {
  return document.querySelector("body > .session-end");
}

function warn({ last: final, text }: Left): void {
  const shown = bar() ?? show();
  const line = shown?.querySelector<HTMLElement>("[data-session-text]");
  if (line && line.textContent !== text) line.textContent = text;
  const stay = shown?.querySelector<HTMLElement>("[data-session-stay]");
  if (stay) stay.hidden = final;
}

function show(): HTMLElement | null {
  const template = document.querySelector<HTMLTemplateElement>("#session-end");
  if (!template) return null;
  document.body.append(template.content.cloneNode(true));
  bar()?.querySelector("[data-session-stay]")?.addEventListener("click", () => void ask({}));
  return bar();
}
