// SPDX-License-Identifier: Apache-2.0

// Package discussionweb shows channels, topics and posts in the browser, under
// /exchange for the Knowledge Exchange and under /w/{workspace} for operations:
// the same pages, by the same rules.
//
// A post's text becomes HTML by package markup alone. A topic's page follows its
// live stream; new posts come as the fragment GET …/topics/{topic}/posts?after=N.
// What a reader has had on the screen is noted when they open a page of it; what
// a list told them, by POST …/topics/{topic}/read and, of several, …/topics/read.
package discussionweb
