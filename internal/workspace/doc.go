// SPDX-License-Identifier: Apache-2.0

// Package workspace is where people work together: the Knowledge Exchange, and
// one workspace for each operation, with those who are in it.
//
// Its rules, in one place:
//   - whoever opens an operation declares that it is not political, military,
//     religious or racial in character, and becomes its first manager;
//   - a manager invites a vetted member by exact handle or address. Whoever
//     cannot be invited, for whatever reason, is answered alike;
//   - an invitation takes effect when the invited member accepts it, having seen
//     the purpose and the rules;
//   - nobody changes their own role or rights; another manager does;
//   - an operation is never without a manager (policy.go);
//   - the ceiling of markings is only ever raised: what lies in the workspace was
//     accepted under it;
//   - operations end in an archive, which can be read and not changed;
//   - an archive is purged when one manager asks for it and another confirms: it
//     is absent to all at once, and then destroyed row by row, with what is behind
//     its entries in the journal (purge.go).
//
// That the invited must be vetted, and who may enter what, is the policy's to say
// (package access). The opening of a country to an operation by its National
// Central Bureau, and a second sign-in for sensitive steps, are not here yet.
package workspace
