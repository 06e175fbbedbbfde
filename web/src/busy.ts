// SPDX-License-Identifier: Apache-2.0

// Whether the server has too much to do, or this reader asked too often: what was
// asked may be asked again later.
export function busy(answer: Response): boolean {
  return answer.status === 429 || answer.status === 503;
}
