import fc from 'fast-check';

/** What makes trouble in a log file: line endings, NULs, UTF-8 whole and broken, what JSON escapes, and plain text between. */
const morsel: fc.Arbitrary<Buffer> = fc.oneof(
  { weight: 6, arbitrary: fc.string({ maxLength: 20, unit: fc.constantFrom('a', 'b', ' ', '0') }).map(toBytes) },
  { weight: 6, arbitrary: fc.constantFrom('\n', '\r\n', '\n\n', '\r', '\r\r\n').map(toBytes) },
  { weight: 3, arbitrary: fc.constantFrom('é', '€', '💥', '\u2028', '\u2029', '\ufeff', '\ufffd').map(toBytes) },
  { weight: 2, arbitrary: fc.constantFrom('"', '\\', '\t', '\x1b[31m', '\x7f', '{"line":"', '</script>').map(toBytes) },
  { weight: 2, arbitrary: fc.constant(rawBytes('\xff')) },
  { weight: 2, arbitrary: fc.constantFrom('\xc3', '\xe2\x82', '\xf0\x9f\x92', '\x80', '\xed\xa0\x80').map(rawBytes) },
  { weight: 1, arbitrary: fc.constantFrom(1, 2, 15, 16, 17, 64, 700).map((length) => Buffer.alloc(length)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes)) },
);

/** Any bytes, with much of what files hold that were not written for us. */
export const byteSoup: fc.Arbitrary<Buffer> = fc
  .array(morsel, { maxLength: 40, size: 'max' })
  .map((morsels) => Buffer.concat(morsels));

function toBytes(written: string): Buffer {
  return Buffer.from(written, 'utf8');
}

function rawBytes(written: string): Buffer {
  return Buffer.from(written, 'latin1');
}
