// SPDX-License-Identifier: Apache-2.0

// Package web holds what every page needs: who reads it and in which language,
// the frame around it, limits, errors as pages, and the stream that tells open
// pages of news. It knows no feature; app gives it what it must ask.
package web
