import { inflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { pongFrame, WireFrame } from './wire-frame.js';

const FLUSH_MARK = Buffer.from([0, 0, 0xff, 0xff]);

describe('a frame', () => {
  it.each([
    [0, '8100'],
    [125, '817d'],
    [126, '817e007e'],
    [65_535, '817effff'],
    [65_536, '817f0000000000010000'],
  ])('of %i bytes begins with %s', (length, head) => {
    const text = Buffer.alloc(length, 'x');
    const bytes = new WireFrame(text).bytes(false);
    const headBytes = head.length / 2;
    expect(bytes.toString('hex', 0, headBytes)).toBe(head);
    expect(bytes.subarray(headBytes).equals(text)).toBe(true);
  });

  it('is made and compressed once', () => {
    const frame = new WireFrame(Buffer.from('a line of a log, '.repeat(10_000)));
    expect(frame.bytes(true)).toBe(frame.bytes(true));
    expect(frame.bytes(false)).toBe(frame.bytes(false));
    const bytes = frame.bytes(true);
    expect(bytes[0]).toBe(0xc1);
    const payload = bytes.subarray(4);
    expect(payload.length).toBeLessThan(frame.length / 10);
    expect(inflateRawSync(Buffer.concat([payload, FLUSH_MARK]), { finishFlush: 2 }).toString()).toBe(
      'a line of a log, '.repeat(10_000),
    );
  });

  it('is not compressed where it is short', () => {
    const frame = new WireFrame(Buffer.from('{}'));
    expect(frame.bytes(true)).toBe(frame.bytes(false));
  });

  it('that answers a ping has its payload', () => {
    expect(pongFrame(Buffer.from('abc')).toString('hex')).toBe('8a03616263');
  });
});
