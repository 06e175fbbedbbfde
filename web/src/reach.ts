// SPDX-License-Identifier: Apache-2.0

// Code and tables in a post that scroll sideways can be reached by keyboard.
export function reachable(root: ParentNode): void {
  for (const part of root.querySelectorAll<HTMLElement>(".post-body :is(pre, table)")) {
    if (part.scrollWidth > part.clientWidth) part.tabIndex = 0;
  }
}
