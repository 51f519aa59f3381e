import { describe, expect, it } from 'vitest';
import { firstTime } from './record-age.js';

const TIME = 1795158084519;

describe('the time of the first record', () => {
  it.each([
    ['a line', `{"line":"a","time":${TIME}}\n{"line":"b","time":1}\n`],
    ['a line that quotes a record', `${JSON.stringify({ line: '{"line":"x","time":1}', time: TIME })}\n`],
    ['a source behind it', `{"line":"a","time":${TIME},"source":"x"}\n`],
    ['a notice', `{"notice":"file-truncated","bytes":null,"time":${TIME}}\n`],
  ])('is found in %s', (_, payload) => {
    expect(firstTime(Buffer.from(payload))).toBe(TIME);
  });

  it.each([
    ['no time', '{"line":"a"}\n'],
    ['a time that is none', '{"line":"a","time":null}\n'],
    ['one that is cut', '{"line":"a","time":17951580'],
  ])('is not known of %s', (_, payload) => {
    expect(firstTime(Buffer.from(payload))).toBeUndefined();
  });
});
