// SPDX-License-Identifier: Apache-2.0

// Package deconflict keeps two operations from working the same target without
// knowing it. Each technical value that enters an operation is blinded and
// compared with those of all others, in the transaction that brings it; what the
// two sides then learn is decided here.
//
// Its rules, in one place:
//   - a side learns what the narrower of the two operations' policies allows:
//     nothing, a contact point, or the operation's name (Narrower);
//   - both are told at once, with the size of the batch it came in, and once: the
//     same value between the same two operations is never told again;
//   - nobody learns the other's content, nor that something was kept from them: a
//     run of the match is one entry of the journal, whatever it finds;
//   - a hit is for those who may see the item that hit, and never for members who
//     start closed (access.Grant.StartsClosed);
//   - hits draw on a budget of the person, the organisation and the operation, for
//     values that can be guessed on a smaller one, and runs of them are guessing
//     (Limits.Tell, Guesses); an undo refunds nothing; what is over goes to the
//     Directorate's desk alone, and so does what a silent policy keeps back;
//   - what officers of the desk note of a pair is theirs: neither side learns of it, or
//     that there was anything to note;
//   - what public warning lists know, and the data of victims, is never matched;
//   - the Knowledge Exchange takes no part.
//
// The package decides and does no input or output: rows are the matter of
// deconflictsql, pages of deconflictweb, the cryptography of blind.
package deconflict
