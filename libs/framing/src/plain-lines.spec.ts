import { hashAfter, NOTHING_HASHED } from '@tailgate/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BatchBuilder } from './batch-builder.js';
import { takePlainLines } from './plain-lines.js';

const TIME = 1_763_612_345_678;
const MAX_BATCH_BYTES = 256 * 1024;

/** Lines without an end, of what JSON leaves alone, what it escapes, and characters of every length. */
const line = fc.string({
  unit: fc.constantFrom('a', ' ', '$', 'n', '\t', '\x1b', '\0', '\x7f', 'é', '€', '💥', '\u2028'),
});
const quotedLine = fc.string({ unit: fc.constantFrom('a', '"', '\\', 'n', '\t', 'é', '💥') });
const lines = fc.oneof(
  { weight: 3, arbitrary: fc.array(line, { minLength: 1, maxLength: 30 }) },
  { weight: 1, arbitrary: fc.array(quotedLine, { minLength: 1, maxLength: 30 }) },
);
/** What has a meaning in a replacement, and is not in ASCII. */
const source = fc.constantFrom(undefined, '/var/log/web.log', '/var/log/$&$$.log', '/var/log/журнал"1".log');

function asRecord(text: string, named: string | undefined): string {
  return `${JSON.stringify({ line: text, time: TIME, ...(named !== undefined && { source: named }) })}\n`;
}

describe('plain lines', () => {
  it('are a record each, in as many bytes as they have, as far as there is room', () => {
    fc.assert(
      fc.property(lines, source, fc.nat(3_000), (texts, named, room) => {
        const batch = new BatchBuilder(MAX_BATCH_BYTES);
        batch.addMany('x'.repeat(MAX_BATCH_BYTES - room), MAX_BATCH_BYTES - room, 1);
        const bytes = Buffer.from(texts.map((text) => `${text}\n`).join(''));
        const taken = takePlainLines(bytes, { maxLineBytes: 10_000, source: named }, batch, TIME);

        const those = texts.slice(0, batch.records - 1);
        const { payload, hash } = batch.build();
        expect(payload.toString('utf8', MAX_BATCH_BYTES - room)).toBe(
          those.map((text) => asRecord(text, named)).join(''),
        );
        expect(payload.length).toBeLessThanOrEqual(MAX_BATCH_BYTES);
        expect(taken).toBe(Buffer.byteLength(those.map((text) => `${text}\n`).join('')));
        expect(hash.crc).toBe(those.reduce((crc, text) => hashAfter(crc, { line: text, time: TIME }), NOTHING_HASHED));
        // What is left does not fit, or would not if it went in alone.
        const next = texts[those.length];
        if (those.length === 0 && next !== undefined)
          expect(Buffer.byteLength(asRecord(next, named))).toBeGreaterThan(room);
      }),
      { numRuns: 3_000 },
    );
  });

  it('fill a batch, and no more, also where each becomes many times as long', () => {
    for (const text of ['', 'x', '\x01'.repeat(20)]) {
      const batch = new BatchBuilder(MAX_BATCH_BYTES);
      const bytes = Buffer.from(`${text}\n`.repeat(100_000));
      const taken = takePlainLines(bytes, { maxLineBytes: 10_000, source: undefined }, batch, TIME);
      const { payload, records } = batch.build();
      const one = asRecord(text, undefined).length;
      expect(payload.length).toBeLessThanOrEqual(MAX_BATCH_BYTES);
      expect(payload.length).toBeGreaterThan(MAX_BATCH_BYTES - 2 * one);
      expect(taken).toBe(records * (text.length + 1));
    }
  });
});
