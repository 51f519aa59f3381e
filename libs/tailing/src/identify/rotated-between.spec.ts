import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fileKey, NOTHING } from './fingerprint.js';
import { Surroundings } from './surroundings.js';

it('what came after the file that was seen at the path is not between it and the one before', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tailgate-between-'));
  try {
    const path = join(folder, 'app.log');
    const keys = ['.3', '.2', '.1', ''].map((suffix) => {
      writeFileSync(`${path}${suffix}`, 'a line\n');
      return fileKey(statSync(`${path}${suffix}`, { bigint: true }));
    });
    const [old = '0:0', second = '0:0', third = '0:0', newest = '0:0'] = keys;
    const markOf = (key: typeof old) => ({ key, head: NOTHING, offset: 0, before: NOTHING, born: 0 });
    const between = async (next: typeof old) => {
      const found = await new Surroundings(path).rotatedBetween(markOf(old), 0, markOf(next), new Set([old]));
      return found.map(({ key }) => key);
    };
    expect(await between(newest)).toEqual([second, third]);
    // They stood at the path when they were seen there, and were rotated away since.
    expect(await between(third)).toEqual([second]);
    expect(await between(second)).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
