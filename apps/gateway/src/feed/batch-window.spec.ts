import { position } from '@tailgate/protocol';
import { describe, expect, it } from 'vitest';
import { BatchWindow } from './batch-window.js';
import { batchOf } from './testing/batches.js';

function windowOf(...batches: readonly ReturnType<typeof batchOf>[]): BatchWindow {
  const window = new BatchWindow();
  for (const batch of batches) window.append(batch);
  return window;
}

/** The numbers of the records of the batch after a cursor, or the word that stands for none. */
function after(window: BatchWindow, epoch: number, seq: number): string {
  const batch = window.after(position(epoch, seq));
  return typeof batch === 'string' ? batch : `${batch.first.epoch}: ${batch.first.seq} to ${batch.last.seq}`;
}

describe('the window', () => {
  it('answers the batch with the next record, also from its middle', () => {
    const window = windowOf(batchOf(1, 1, 400, 100), batchOf(1, 401, 800, 100), batchOf(1, 801, 1200, 100));
    expect([0, 1, 399, 400, 1199, 1200].map((seq) => after(window, 1, seq))).toEqual([
      '1: 1 to 400',
      '1: 1 to 400',
      '1: 1 to 400',
      '1: 401 to 800',
      '1: 801 to 1200',
      'head',
    ]);
  });

  it('never leads over a hole or into another epoch', () => {
    const window = windowOf(batchOf(1, 1, 5), batchOf(1, 8, 9), batchOf(2, 1, 3));
    expect(after(window, 1, 4)).toBe('1: 1 to 5');
    expect([after(window, 1, 5), after(window, 1, 6), after(window, 1, 9)]).toEqual(['past', 'past', 'past']);
    expect([after(window, 1, 7), after(window, 2, 0), after(window, 2, 3)]).toEqual(['1: 8 to 9', '2: 1 to 3', 'head']);
  });

  it('lets go of what lies beyond the close of its epoch, and of nothing else', () => {
    const window = windowOf(batchOf(1, 1, 400, 100), batchOf(1, 401, 800, 100), batchOf(2, 1, 3));
    const { bytes } = window;
    window.withdraw({ epochs: [{ epoch: 1, closed: 800 }, { epoch: 2 }] });
    expect(window.bytes).toBe(bytes);
    window.withdraw({ epochs: [{ epoch: 1, closed: 799 }, { epoch: 2 }] });
    expect([after(window, 1, 0), after(window, 1, 400), after(window, 2, 0)]).toEqual([
      '1: 1 to 400',
      'past',
      '2: 1 to 3',
    ]);
    expect(window.bytes).toBe(40_000 + 30);
  });

  it('knows of a head that has not come', () => {
    const window = windowOf(batchOf(1, 1, 5));
    window.learn(position(1, 9));
    expect([after(window, 1, 2), after(window, 1, 5), after(window, 1, 9)]).toEqual(['1: 1 to 5', 'past', 'head']);
    window.append(batchOf(1, 8, 9));
    expect(after(window, 1, 7)).toBe('past');
    window.learn(position(1, 3));
    expect(window.head).toEqual(position(1, 9));
  });

  it('takes no batch twice', () => {
    const window = windowOf(batchOf(1, 1, 5), batchOf(1, 1, 5), batchOf(1, 2, 3));
    expect(window.bytes).toBe(50);
  });

  it('joins small batches, but never the newest, which live viewers may have yet to be given', () => {
    const window = windowOf(...Array.from({ length: 1000 }, (_, index) => batchOf(1, index + 1, index + 1)));
    expect([after(window, 1, 984), after(window, 1, 999)]).toEqual(['1: 985 to 985', '1: 1000 to 1000']);
    expect(window.bytes).toBe(10_000);
    let writes = 0;
    for (let seq = 0; seq < 1000; writes += 1) {
      const batch = window.onward(position(1, seq));
      if (typeof batch === 'string') throw new Error(batch);
      seq = batch.last.seq;
    }
    expect(writes).toBeLessThan(15);
  });

  it('counts what it has joined, and joins no more than it has', () => {
    const window = windowOf(...Array.from({ length: 16 }, (_, index) => batchOf(1, index + 1, index + 1, 1000)));
    for (let seq = 0; seq < 16; seq += 1) {
      const batch = window.onward(position(1, seq));
      expect(typeof batch === 'string' ? batch : batch.last.seq).toBe(16);
      expect(window.bytes).toBeLessThanOrEqual(32_000);
    }
    expect(window.bytes).toBeGreaterThan(16_000);
    window.append(batchOf(1, 17, 17, 1000));
    expect(window.bytes).toBe(17_000);
  });

  it('knows the last stride to the head, until anything changes', () => {
    const batch = batchOf(1, 11, 20, 100);
    const changes: ((window: BatchWindow) => void)[] = [
      (window) => window.append(batchOf(1, 21, 21, 100)),
      (window) => window.learn(position(1, 25)),
      (window) => window.withdraw({ epochs: [{ epoch: 1, closed: 15 }, { epoch: 2 }] }),
    ];
    for (const change of changes) {
      const window = windowOf(batchOf(1, 1, 10, 100), batch);
      const from = position(1, 10);
      window.strode(position(1, 0), batchOf(1, 1, 10, 100));
      expect(window.stride).toBeUndefined();
      window.strode(from, batch);
      expect(window.stride).toEqual({ from, batch });
      window.learn(position(1, 20));
      expect(window.stride).toEqual({ from, batch });
      change(window);
      expect(window.stride).toBeUndefined();
    }
  });

  it('keeps the newest block, where nothing fresh is left', () => {
    const window = windowOf(...Array.from({ length: 40 }, (_, index) => batchOf(1, index + 1, index + 1, 1000)));
    window.withdraw({ epochs: [{ epoch: 1, closed: 24 }] });
    window.trim(1);
    expect(window.bytes).toBeGreaterThan(0);
  });

  it('lets the oldest go, and keeps the newest whatever its size', () => {
    const window = windowOf(batchOf(1, 1, 400, 100), batchOf(1, 401, 800, 100), batchOf(1, 801, 1200, 100));
    window.trim(90_000);
    expect([window.bytes, after(window, 1, 0), after(window, 1, 400)]).toEqual([80_000, 'past', '1: 401 to 800']);
    window.trim(1);
    expect([window.bytes, after(window, 1, 400), after(window, 1, 800)]).toEqual([40_000, 'past', '1: 801 to 1200']);
  });
});
