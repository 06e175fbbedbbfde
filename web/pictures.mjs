// SPDX-License-Identifier: Apache-2.0

// Makes the pictures of the guides, small enough to be kept, out of those that
// `make shots` took: node pictures.mjs FROM TO NAME...

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";

const [from, to, ...names] = process.argv.slice(2);
await mkdir(to, { recursive: true });
for (const name of names) {
  const image = sharp(join(from, `${name}.1440-light-en.png`));
  const { width, height } = await image.metadata();
  await image
    .extract({ left: 0, top: 0, width, height: Math.min(height, 1100) })
    .resize({ width: 1080 })
    .png({ palette: true, colours: 64, effort: 10 })
    .toFile(join(to, `${name}.png`));
}
