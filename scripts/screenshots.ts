// `npm run screenshots`: the pictures in docs/images, of the built product with logs that are written while it looks.

import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { launchChromium } from '../test/support/chromium.ts';
import { Product } from '../test/support/product.ts';
import { TempFolder } from '../test/support/temp-folder.ts';
import { DEMO_LOGS, writeDemoLogs } from './screenshots/demo-logs.ts';
import { SCENES, SIZES, takePicture } from './screenshots/scenes.ts';

const FOLDER = fileURLToPath(new URL('../docs/images/', import.meta.url));

const browser = await launchChromium();
if (typeof browser === 'string') throw new Error(browser);
mkdirSync(FOLDER, { recursive: true });
using folder = new TempFolder();
using _writers = writeDemoLogs(folder.path);
await using product = await Product.start({ folder: folder.path, args: DEMO_LOGS });
for (const scene of SCENES) {
  for (const size of scene.sizes) {
    for (const colorScheme of ['light', 'dark'] as const) {
      const context = await browser.newContext({ viewport: SIZES[size], colorScheme });
      const path = `${FOLDER}${scene.name}-${size}-${colorScheme}.png`;
      await takePicture(await context.newPage(), product.url, scene, path);
      await context.close();
      console.log(path);
    }
  }
}
await browser.close();
