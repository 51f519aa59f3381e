import { describe, expect, it } from 'vitest';
import { PayloadMemory } from './payload-memory.js';

const CHUNK = 4_096;

describe('memory of payloads', () => {
  it('is used again once it was given back, by payloads that fill most of a chunk', () => {
    const memory = new PayloadMemory(CHUNK);
    const first = memory.take(4_000);
    const other = memory.take(CHUNK);
    expect([first.length, other.length]).toEqual([4_000, CHUNK]);
    expect(other.buffer).not.toBe(first.buffer);
    memory.giveBack(first);
    const again = memory.take(3_500);
    expect(again.buffer).toBe(first.buffer);
    expect(again.length).toBe(3_500);
    expect(memory.take(4_000).buffer).not.toBe(first.buffer);
    expect([memory.bytesOf(again), memory.bytesOf(other)]).toEqual([CHUNK, CHUNK]);
  });

  it('is of their own size for all others, and never used again', () => {
    const memory = new PayloadMemory(CHUNK);
    for (const bytes of [0, 1, 3_000, CHUNK + 1]) {
      const payload = memory.take(bytes);
      expect([payload.length, payload.buffer.byteLength, memory.bytesOf(payload)]).toEqual([bytes, bytes, bytes]);
      memory.giveBack(payload);
    }
    expect(memory.take(4_000).buffer.byteLength).toBe(CHUNK);
  });

  it('is let go of where too much of it is free', () => {
    const memory = new PayloadMemory(CHUNK);
    const taken = Array.from({ length: 20 }, () => memory.take(CHUNK));
    for (const payload of taken) memory.giveBack(payload);
    const known = new Set(taken.map(({ buffer }) => buffer));
    const again = Array.from({ length: 20 }, () => memory.take(CHUNK));
    expect(again.filter(({ buffer }) => known.has(buffer))).toHaveLength(8);
    expect(new Set(again.map(({ buffer }) => buffer)).size).toBe(20);
  });
});
