// SPDX-License-Identifier: Apache-2.0

// Package membertest states what every member.Store must do, as scripts of the
// people that it is for.
package membertest
