import { mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryBroker } from '@tailgate/broker';
import { expect, it } from 'vitest';
import { parseLogTemplate } from '../find/log-template.js';
import { NO_OBSERVER } from '../observer.js';
import { Tailing } from '../tailing.js';

const FILES = 2_000;
const MAX_OPEN = 50;
/** Those in their turn are open beside. */
const IN_TURN = 2;

/** How many files of the folder this process has open. */
function openIn(folder: string): number {
  return readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith(`${folder}/`);
    } catch {
      // Closed meanwhile.
      return false;
    }
  }).length;
}

it.runIf(process.platform === 'linux')('keeps the limit also while all files are due to be looked at', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'open-files-'));
  for (let i = 0; i < FILES; i += 1) writeFileSync(join(folder, `${i}.log`), 'a line\n');
  await using broker = new MemoryBroker();
  const counts: number[] = [];
  let appended = 0;
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const observer = {
    ...NO_OBSERVER,
    appended() {
      appended += 1;
      if (appended % 50 === 0) counts.push(openIn(folder));
      if (appended === FILES) resolve(undefined);
    },
  };
  let now = 0;
  const options = {
    templates: [parseLogTemplate(join(folder, '{name}.log'))],
    maxLineBytes: 1_024,
    maxOpenFiles: MAX_OPEN,
    // Each look is a minute after the one before: none has to wait for its time.
    clock: () => (now += 60_000),
  };
  const tailing = new Tailing(broker, broker, options, observer);
  await tailing.start();
  await promise;
  await tailing.drain();
  rmSync(folder, { recursive: true });
  expect(Math.max(...counts)).toBeGreaterThan(MAX_OPEN / 2);
  expect(Math.max(...counts)).toBeLessThanOrEqual(MAX_OPEN + IN_TURN);
});
