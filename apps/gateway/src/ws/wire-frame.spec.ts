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
    const [header, payload] = new WireFrame(text).pieces(false);
    expect(header?.toString('hex')).toBe(head);
    expect(payload).toBe(text);
  });

  it('is made and compressed once', () => {
    const frame = new WireFrame(Buffer.from('a line of a log, '.repeat(10_000)));
    expect(frame.pieces(true)).toBe(frame.pieces(true));
    expect(frame.pieces(false)).toBe(frame.pieces(false));
    const [header, payload = Buffer.alloc(0)] = frame.pieces(true);
    expect(header?.[0]).toBe(0xc1);
    expect(payload.length).toBeLessThan(frame.length / 10);
    expect(inflateRawSync(Buffer.concat([payload, FLUSH_MARK]), { finishFlush: 2 }).toString()).toBe(
      'a line of a log, '.repeat(10_000),
    );
  });

  it('is not compressed where it is short', () => {
    const frame = new WireFrame(Buffer.from('{}'));
    expect(frame.pieces(true)).toBe(frame.pieces(false));
  });

  it('that answers a ping has its payload', () => {
    expect(Buffer.concat(pongFrame(Buffer.from('abc'))).toString('hex')).toBe('8a03616263');
  });
});
