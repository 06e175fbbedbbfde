// SPDX-License-Identifier: Apache-2.0

// Command entente-bench measures the program beside the limits of the machine,
// compares two measurements, and fills a folder with invented content:
//
//	entente-bench run [--size quick] [--json FILE] [--against FILE]
//	entente-bench compare FILE FILE
//	entente-bench seed --data FOLDER [--database URL] --objects 1000000 --posts 100000
package main
