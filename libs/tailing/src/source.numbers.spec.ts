import { appendFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { Scenario } from './testing/scenario.js';

it.each([
  ['grow, as log4j2 numbers them', (path: string) => rotate(path, 2)],
  ['move on, as logrotate numbers them', rotateAsLogrotate],
])(
  'files that were rotated twice while no tailer ran are read in their order, where the numbers %s',
  async (_, next) => {
    await using at = new Scenario();
    writeFileSync(at.path, 'one\n');
    await at.settle();
    await at.whileAway(() => {
      appendFileSync(at.path, 'two\n');
      rotate(at.path, 1);
      writeLater(at.path, 'three\n', `${at.path}.1`);
      const newest = next(at.path);
      writeLater(at.path, 'four\n', newest);
    });
    await at.settle();
    expect(await at.told()).toEqual(['one', 'two', 'three', 'four']);
  },
);

function rotate(path: string, number: number): string {
  renameSync(path, `${path}.${number}`);
  return `${path}.${number}`;
}

function rotateAsLogrotate(path: string): string {
  renameSync(`${path}.1`, `${path}.2`);
  return rotate(path, 1);
}

/** Made when the file system's clock, whose steps are some milliseconds, has moved on since the other one was written. */
function writeLater(path: string, text: string, than: string): void {
  const later = `${path}.new`;
  do {
    rmSync(later, { force: true });
    writeFileSync(later, text);
  } while (Math.floor(statSync(later).mtimeMs) <= Math.floor(statSync(than).mtimeMs));
  renameSync(later, path);
}
