import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { NODE } from '../../test/support/product.ts';

const TAILGATE = fileURLToPath(new URL('../../apps/cli/bin/tailgate.js', import.meta.url));

/** Each file, and how many lines a second it gets. */
const FILES = [
  ['checkout.log', 8],
  ['search.log', 4],
  ['payments.log', 2],
  ['h1.txt', 2],
  ['h2.txt', 1],
  ['h5.txt', 3],
] as const;

/** How the product is told of them. */
export const DEMO_LOGS = ['--logs', './{name}.log', '--logs', './{name}.txt=host/{name}', '--drain-seconds', '0'];

/** Writes them until it is disposed of. */
export function writeDemoLogs(folder: string): Disposable {
  const writers = FILES.map(([file, rate]) =>
    spawn(NODE, [TAILGATE, 'generate', '--rate', String(rate), '--file', `${folder}/${file}`], { stdio: 'ignore' }),
  );
  return {
    [Symbol.dispose]: () => {
      for (const writer of writers) writer.kill();
    },
  };
}
