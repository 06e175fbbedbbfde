// SPDX-License-Identifier: Apache-2.0

// Package words says things to people in their language: the catalogues of
// messages in English, French, Spanish and Arabic, and the reader's way with
// dates, numbers and names of countries.
//
// Messages live in catalogue/<room>.<lang>.json under keys that begin with the
// room's name. The reader travels in the context of a page: templates call
// Say(ctx, key).
package words
