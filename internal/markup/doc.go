// SPDX-License-Identifier: Apache-2.0

// Package markup turns what people write, in Markdown, into HTML that is safe
// to show: paragraphs, emphasis, lists, quotes, code, tables and struck text.
//
// Its rules, in one place:
//   - a link leads to a path of our own site and nowhere else; any other target
//     is shown beside its text, defanged, and cannot be followed;
//   - addresses in running text are defanged; in code they stay as typed, and
//     are no link either;
//   - an image becomes its alternative text, HTML is shown as it was typed;
//   - characters that change the direction of text are shown by their number;
//   - a post stands under a page's own headings, so its first level is h3;
//   - every block finds its own direction (dir="auto");
//   - whatever the input, the work is in proportion to its length.
//
// Two locks guard the door: a printer that knows no dangerous element, and a
// sanitizer that would take one out. The classes in use are defanged, bidi,
// mention, cell-center and cell-end.
//
// Text is read as CommonMark with tables and strikethrough, but for what nobody
// should meet in a post: HTML, images, reference links (their target stands far
// from their text), and a line break stays a line break.
package markup
