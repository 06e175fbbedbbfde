// SPDX-License-Identifier: Apache-2.0

// The live stream of a page. It carries ids and numbers, never content: what is
// new, the page fetches in its reader's own name.
//
//   topic  {"topic":"…","number":41}   a post came in
//   nav    …                           counts of the rail have changed
//   dark   …                           access has ended: the page goes dark
//   renew  …                           the stream must be asked for anew

import type { Thread } from "./thread";
import { unasked } from "./unasked";

export function live(): void {
  const query = document.body.dataset.live;
  if (query) follow(`/live?${query}`);
}

let lost = 0; // the timer after which a page without its stream says so

// Of what came in before a stream opened no event tells: posts since the page was
// made, and after another stream (again) the counts as well.
function follow(url: string, again = false): void {
  const source = new EventSource(url);
  let moving = false;

  source.addEventListener("open", () => {
    clearTimeout(lost);
    lost = 0;
    offline(false);
    document.body.dataset.stream = "open";
    if (again) counts();
    again = true;
    moving = false;
    for (const thread of threads()) thread.grown(Infinity);
  });
  // The server is about to restart, or sends us to another: no reason for alarm.
  source.addEventListener("renew", () => (moving = true));
  source.addEventListener("error", () => {
    document.body.dataset.stream = "lost";
    // A short break heals unseen.
    lost ||= window.setTimeout(() => offline(true), moving ? 15000 : 1500);
    if (source.readyState === EventSource.CLOSED) retry(url);
  });
  source.addEventListener("topic", (event) => {
    const { topic, number } = JSON.parse(event.data) as { topic: string; number: number };
    for (const thread of threads()) if (thread.dataset.topic === topic) thread.grown(number);
  });
  source.addEventListener("nav", counts);
  source.addEventListener("dark", () => {
    source.close();
    goDark();
  });
}

// A browser gives up on a stream that was refused; the refusal may be the end of
// access, which the page itself then shows, or a server that restarts.
function retry(url: string): void {
  setTimeout(() => void askAgain(url), 3000);
}

async function askAgain(url: string): Promise<void> {
  try {
    const answer = await fetch(location.href, { method: "HEAD", cache: "no-store", headers: unasked });
    if (answer.redirected || [401, 403, 404].includes(answer.status)) return goDark();
    if (answer.ok) return follow(url, true);
  } catch {
    // still away
  }
  retry(url);
}

function threads(): NodeListOf<Thread> {
  return document.querySelectorAll<Thread>("entente-thread");
}

function offline(on: boolean): void {
  const shown = document.querySelector("body > .offline");
  if (!on) return shown?.remove();
  const template = document.querySelector<HTMLTemplateElement>("#offline");
  if (!shown && template) document.body.append(template.content.cloneNode(true));
}

function goDark(): void {
  const template = document.querySelector<HTMLTemplateElement>("#dark");
  document.title = "Entente";
  document.body.replaceChildren(template ? template.content.cloneNode(true) : "");
  setTimeout(() => void leave(), 1500);
}

// Whose session has ended comes back here once they have signed in; who may no
// longer read this page does not.
async function leave(): Promise<void> {
  let ended = false;
  try {
    ended = (await fetch(location.href, { method: "HEAD", cache: "no-store", headers: unasked })).status === 401;
  } catch {
    // away: whoever comes back finds out
  }
  const here = location.pathname + location.search;
  location.replace(ended ? `/signin?next=${encodeURIComponent(here)}` : "/signin");
}

let waiting = 0;

// Fetches the counters of the rail, once for all changes within a second.
export function counts(): void {
  waiting ||= window.setTimeout(() => {
    waiting = 0;
    void swapCounts();
  }, 1000);
}

async function swapCounts(): Promise<void> {
  const query = new URLSearchParams({ path: location.pathname });
  query.set("w", new URLSearchParams(document.body.dataset.live).get("w") ?? "");
  const answer = await fetch(`/nav?${query}`, { cache: "no-store", headers: unasked });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const counter of fresh.querySelectorAll<HTMLElement>("[data-count]")) {
    const key = CSS.escape(counter.dataset.count ?? "");
    for (const old of document.querySelectorAll(`[data-count="${key}"]`)) {
      old.closest(".rail-item")?.classList.toggle("unread", counter.childElementCount > 0);
      old.replaceChildren(...[...counter.childNodes].map((node) => node.cloneNode(true)));
    }
  }
}
