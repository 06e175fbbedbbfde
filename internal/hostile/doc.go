// SPDX-License-Identifier: Apache-2.0

// Package hostile attacks the real program and measures what its members notice.
//
// The program runs as a process of its own, as a demonstration with its invented
// people. Some of them (Crowd) read and write at a steady rate over connections of
// their own; a third process attacks. Everything goes to the loopback interface;
// each attacker has an address of its own below 127.0.0.0/8, which Linux allows,
// so that limits per address do not make it too easy.
//
// What is compared is the crowd's latency without and with the attack, in the
// same run, by turns: without, with, without, with, … so that what else the machine
// does touches both alike. Where taskset exists, the server has one processor for
// itself, and crowd and attackers share another; the attackers run at a low
// priority, and in the turns without an attack a process of that priority burns
// the same processor, so that the crowd's own waiting for a processor is in both
// figures. What remains in the ratio is the server's doing. Absolute times are
// printed and never asserted.
//
// make hostile runs all attacks for minutes and prints a table; go test runs a
// small version that asserts that refusals are well-formed, that members are
// answered, and that nothing is left behind.
package hostile
