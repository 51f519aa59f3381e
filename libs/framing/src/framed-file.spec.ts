import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChannelRecord } from '@tailgate/protocol';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { framedFile, type FramedFileOptions } from './framed-file.js';
import { byteSoup } from './testing/byte-soup.js';
import { slowFraming } from './testing/slow-framing.js';

const OPTIONS: FramedFileOptions = { maxLineBytes: 262_144, joinStackTraces: false, lineFormat: 'auto' };

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'framing-'))));
afterAll(() => rmSync(folder, { recursive: true }));

async function recordsOf(bytes: Buffer | string, options: Partial<FramedFileOptions> = {}): Promise<ChannelRecord[]> {
  const path = join(folder, 'a.log');
  writeFileSync(path, bytes);
  const records: ChannelRecord[] = [];
  for await (const some of framedFile(path, { ...OPTIONS, ...options })) records.push(...some);
  return records;
}

/** What a record says, but for its time. */
function saysOf(record: ChannelRecord): object {
  const { time, ...says } = record;
  expect(time).toBe(0);
  return says;
}

describe('a file', () => {
  it('is what its bytes are by the rules, whatever they are', async () => {
    await fc.assert(
      fc.asyncProperty(byteSoup, async (bytes) => {
        const records = await recordsOf(bytes, { maxLineBytes: 300, lineFormat: 'raw' });
        expect(records.map(saysOf)).toEqual(slowFraming(bytes, 300));
      }),
    );
  });

  it('may be empty, and need not end with a newline', async () => {
    expect(await recordsOf('')).toEqual([]);
    expect(await recordsOf('one\ntwo')).toMatchObject([{ line: 'one' }, { line: 'two', partial: true }]);
  });

  it('may have lines that are longer than a read, and than lines may be', async () => {
    const long = 'x'.repeat(3_000_000);
    const records = await recordsOf(`${long}\r\nnext\n${'y'.repeat(67_108_864)}z\n`);
    expect(records).toMatchObject([
      { truncated: 3_000_000, line: 'x'.repeat(262_144) },
      { line: 'next' },
      { truncated: 67_108_864, line: 'y'.repeat(262_144) },
      { line: 'z' },
    ]);
    expect(await recordsOf(`a\n${long}`)).toMatchObject([{ line: 'a' }, { truncated: 3_000_000, partial: true }]);
  });

  it('may have holes, and many lines', async () => {
    const lines = Array.from({ length: 50_000 }, (_, index) => `line ${index}`);
    const bytes = Buffer.concat([Buffer.from('a\n'), Buffer.alloc(5_000_000), Buffer.from(`${lines.join('\n')}\n`)]);
    const [first, hole, ...rest] = await recordsOf(bytes);
    expect([first, hole]).toMatchObject([{ line: 'a' }, { notice: 'bytes-skipped', bytes: 5_000_000 }]);
    expect(rest.map((record) => ('line' in record ? record.line : ''))).toEqual(lines);
  });

  it('has the lines of containers, whose parts are joined, and stack traces where that is asked for', async () => {
    const time = '2025-11-20T06:49:01.5Z';
    const cri = `${time} stdout P one \n${time} stderr F other\n${time} stdout F line\n`;
    expect(await recordsOf(cri)).toMatchObject([
      { line: 'other', stream: 'stderr' },
      { line: 'one line', stream: 'stdout' },
    ]);
    const trace = 'Error: no\n    at a (b.js:1:1)\nnext\n';
    expect(await recordsOf(trace, { joinStackTraces: true })).toMatchObject([
      { line: 'Error: no\n    at a (b.js:1:1)' },
      { line: 'next' },
    ]);
  });
});
