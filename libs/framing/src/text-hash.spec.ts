import { hashAfter, LINE_END, NOTHING_HASHED, PARTIAL_END } from '@tailgate/protocol';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TextHash } from './text-hash.js';

it('is the hash of the protocol, whichever way it takes the text', () => {
  const line = fc.record({ text: fc.string({ unit: 'binary' }), isPartial: fc.boolean(), isWhole: fc.boolean() });
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const hash = new TextHash();
      let expected = NOTHING_HASHED;
      let bytes = 0;
      for (const { text, isPartial, isWhole } of lines) {
        if (isWhole && !isPartial && !text.includes('\n')) hash.addBytes(Buffer.from(`${text}\n`));
        else hash.add(text, isPartial ? PARTIAL_END : LINE_END);
        expected = hashAfter(expected, { line: text, time: 0, ...(isPartial && { partial: true as const }) });
        bytes += Buffer.byteLength(text) + 1;
      }
      expect(hash.value).toEqual({ crc: expected, bytes });
      expect(hash.value).toEqual({ crc: expected, bytes });
    }),
  );
});
