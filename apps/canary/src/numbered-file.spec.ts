import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseLine } from './canary-line.js';
import { NumberedFile } from './numbered-file.js';

it('holds each line once, and never more than two files of them', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tailgate-test-'));
  try {
    const path = join(folder, 'deep', 'canary.log');
    for (const first of [1, 11]) {
      const file = new NumberedFile(path, 200);
      for (let number = first; number < first + 10; number += 1) file.append({ run: 'r', number, time: 1795158084519 });
    }
    const lines = [`${path}.1`, path].flatMap((each) => readFileSync(each, 'utf8').trimEnd().split('\n'));
    const numbers = lines.map((line) => parseLine(line)?.number ?? 0);
    expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, index) => 21 - numbers.length + index));
    expect(readFileSync(path).length).toBeLessThanOrEqual(200);
    expect(numbers.length).toBeLessThan(20);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
