// SPDX-License-Identifier: Apache-2.0

// What a page asks for by itself bears this header: it keeps no session alive.
export const unasked = { "Entente-Unasked": "yes" };
