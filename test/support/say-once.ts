import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RUN_FOLDER } from './run-folder.ts';

const said = new Set<string>();

/** Prints the line, unless a test of this run has printed it already: each file of tests is a process of its own. */
export function sayOnce(line: string): void {
  if (!said.has(line) && isFirst(line)) console.log(line);
  said.add(line);
}

function isFirst(line: string): boolean {
  const folder = process.env[RUN_FOLDER];
  if (folder === undefined) return true;
  try {
    writeFileSync(join(folder, createHash('sha256').update(line).digest('hex')), line, { flag: 'wx' });
    return true;
  } catch {
    return false;
  }
}
