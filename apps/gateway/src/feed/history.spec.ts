import type { Batch } from '@tailgate/broker';
import { position, type Position } from '@tailgate/protocol';
import { describe, expect, it, vi } from 'vitest';
import { History } from './history.js';
import { batchOf } from './testing/batches.js';

/** A broker that has records 101 to 1,000 in batches of ten, and answers five of them at a time. */
function readAfter({ seq }: Position): Promise<readonly Batch[]> {
  const first = Math.max(101, seq - (seq % 10) + 1);
  const batches = [0, 1, 2, 3, 4].map((index) => batchOf(1, first + index * 10, first + index * 10 + 9));
  return Promise.resolve(batches.filter(({ last }) => last.seq <= 1000));
}

const at = (seq: number) => position(1, seq);

describe('history', () => {
  it('serves those who ask at once, and those who ask again, from one read', async () => {
    const read = vi.fn(readAfter);
    const history = new History(read);
    const batches = await Promise.all([200, 205, 220, 249, 200].map((seq) => history.read(at(seq))));
    expect(batches.map((batch) => batch?.last.seq)).toEqual([250, 250, 250, 250, 250]);
    expect(history.after(at(249))).toBe(batches[0]);
    expect(read).toHaveBeenCalledTimes(1);
    expect([history.after(at(199)), history.after(at(250))]).toEqual([undefined, undefined]);
    expect((await history.read(at(250)))?.first.seq).toBe(251);
    expect(read).toHaveBeenCalledTimes(2);
  });

  it('goes through the places where it is waited for as a lift does, and passes nobody by', async () => {
    const read = vi.fn(readAfter);
    const history = new History(read);
    const first = history.read(at(500));
    const places = [900, 100, 520, 700, 130, 710, 560];
    const batches = await Promise.all(places.map((seq) => history.read(at(seq))));
    expect(batches.map((batch) => batch?.first.seq)).toEqual([901, 101, 501, 701, 101, 701, 561]);
    expect((await first)?.first.seq).toBe(501);
    expect(read.mock.calls.map(([{ seq }]) => seq)).toEqual([500, 560, 700, 900, 100]);
  });

  it('answers all beyond the end, of one empty answer, and nobody before it', async () => {
    const read = vi.fn(readAfter);
    const history = new History(read);
    const all = [1000, 1001, 960, 2000].map((seq) => history.read(at(seq)));
    expect((await Promise.all(all)).map((batch) => batch?.first.seq)).toEqual([undefined, undefined, 961, undefined]);
    expect(read).toHaveBeenCalledTimes(2);
  });

  it('lets go of what lies beyond the close of its epoch, and of nothing else', async () => {
    const history = new History(vi.fn(readAfter));
    for (const seq of [100, 200, 300]) await history.read(at(seq));
    const { bytes } = history;
    history.withdraw({ epochs: [{ epoch: 1, closed: 350 }, { epoch: 2 }] });
    expect(history.bytes).toBe(bytes);
    history.withdraw({ epochs: [{ epoch: 1, closed: 245 }, { epoch: 2 }] });
    expect([100, 200, 300].map((seq) => history.after(at(seq))?.first.seq)).toEqual([101, undefined, undefined]);
    expect(history.bytes).toBe(bytes / 3);
  });

  it('answers what is left where the beginning is gone', async () => {
    const read = vi.fn(readAfter);
    const history = new History(read);
    expect((await history.read(at(20)))?.first.seq).toBe(101);
    expect(history.after(at(60))?.first.seq).toBe(101);
    expect(history.after(at(10))).toBeUndefined();
    expect(read).toHaveBeenCalledTimes(1);
  });

  it('asks again after an empty answer, and after a failure, of which all hear who waited for it', async () => {
    const read = vi.fn(readAfter);
    const history = new History(read);
    expect(await history.read(at(1000))).toBeUndefined();
    read.mockRejectedValueOnce(new Error('away'));
    const outcomes = await Promise.allSettled([history.read(at(1)), history.read(at(2)), history.read(at(3))]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(read).toHaveBeenCalledTimes(2);
    expect(await history.read(at(1))).toBeDefined();
  });

  it('lets go of what was not used for longest', async () => {
    const history = new History(readAfter);
    for (const seq of [200, 400, 600]) await history.read(at(seq));
    history.after(at(200));
    expect(history.bytes).toBe(1500);
    history.trim(1000);
    expect([200, 400, 600].map((seq) => history.after(at(seq)) !== undefined)).toEqual([true, false, true]);
    history.trim(0);
    expect(history.bytes).toBe(0);
  });
});
