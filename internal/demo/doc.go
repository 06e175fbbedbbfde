// SPDX-License-Identifier: Apache-2.0

// Package demo makes the invented world of the demonstration, through the same
// services that people use and in the names of those who would: nothing in it is
// written past a rule.
package demo
