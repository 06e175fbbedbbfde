// SPDX-License-Identifier: Apache-2.0

// Package access is the policy of the house: who may do what, where, and which
// items of a workspace a reader may see. It is pure; what it must know comes in
// as values, read by package gate in the transaction that the answer opens.
//
// Its rules, in one place:
//   - everything is denied unless policies.cedar permits it;
//   - what an actor may not know of is answered by ErrHidden, exactly as what
//     does not exist;
//   - only Decide makes a Grant, and no row is read without one;
//   - an item's Handling decides among those who may enter its workspace
//     (Grant.MayRead), and package gate says the same in SQL.
package access
