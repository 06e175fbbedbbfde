// SPDX-License-Identifier: Apache-2.0

// Package signintest states what every signin.Store must do, as scripts of
// people who sign in. The cryptography is played by stand-ins.
package signintest
