// SPDX-License-Identifier: Apache-2.0

// bones stand where a script waits for something, as ui.Bones draws them.
export function bones(lines: number): HTMLElement {
  const all = document.createElement("div");
  all.className = "bones";
  all.setAttribute("aria-hidden", "true");
  for (let i = 0; i < lines; i++) all.append(document.createElement("i"));
  return all;
}
