// SPDX-License-Identifier: Apache-2.0

// Package discussion is how people talk in a workspace: channels, topics and the
// posts in them, alike in the Knowledge Exchange and in an operation.
//
// Its rules, in one place:
//   - who may read and write is the workspace's matter, decided at its door;
//   - a topic is handled as a whole: whoever may read it reads all its posts. Its
//     originator is the organisation of who opened it. In an operation it is
//     TLP:AMBER+STRICT or the workspace's ceiling unless its author says
//     otherwise, may be opened to chosen organisations that start closed, or
//     restricted to chosen ones; in the Knowledge Exchange it is TLP:GREEN or
//     TLP:CLEAR and for all;
//   - TLP:RED is for named persons, whom a topic cannot name: it is refused;
//   - posts are numbered within their topic, densely from 1; what a member has
//     not read is the last number less the one they have read up to. A topic
//     that was silent for thirty days counts as read;
//   - authors edit their own posts; what stood there before is kept, and shown to
//     whoever reads the topic;
//   - a post sent twice is one post: the form brings its id;
//   - what a member types is kept until they publish it, for them alone, and only
//     while they may write there;
//   - managers add channels, lock and pin topics; in a locked topic, and under
//     Announcements, they alone speak first;
//   - a mention reaches those who may read the topic, and nobody else.
//
// Every workspace has its first channels without anybody making them: they are
// named in the reader's language (firstChannels).
package discussion
