import { MAX_BATCH_BYTES, type StoredCheckpoint } from '@tailgate/broker';
import { position } from '@tailgate/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { KeptBatches, type Appended, type KeptChain } from './kept-batches.js';

const KIB = 1024;

const clock = { now: 0 };

beforeEach(() => void (clock.now = 0));

function stored(step: number): StoredCheckpoint | undefined {
  return step === 0 ? undefined : { checkpoint: `c${step}`, last: position(1, step) };
}

/** The append that leads from step `step - 1` to `step`. */
function batch(step: number, bytes = 10): Appended {
  const payload = Buffer.alloc(bytes);
  return {
    after: stored(step - 1),
    next: `c${step}`,
    records: 1,
    payload,
    hash: { crc: 0, bytes },
    last: position(1, step),
    isOnlyKept: true,
  };
}

function keep(chain: KeptChain, from: number, to: number, bytes?: number): void {
  for (let step = from; step <= to; step += 1) chain.keep(batch(step, bytes));
}

/** What is still to be had after step `step`. */
function since(chain: KeptChain, step: number): string[] {
  return chain.since(stored(step)).map(({ next }) => next);
}

function pool(limits: { bytes?: number; sourceBytes?: number } = {}): KeptBatches {
  return new KeptBatches({ bytes: 1_000 * KIB, sourceBytes: 100 * KIB, ageMs: 10_000, ...limits }, () => clock.now);
}

describe('kept batches', () => {
  it('are found by what was stored before them, the very first too', () => {
    const chain = pool().chain();
    keep(chain, 1, 3);
    expect(since(chain, 0)).toEqual(['c1', 'c2', 'c3']);
    expect(since(chain, 2)).toEqual(['c3']);
    expect(since(chain, 3)).toEqual([]);
  });

  it('are not those of the same checkpoint at another position', () => {
    const chain = pool().chain();
    keep(chain, 1, 3);
    expect(chain.since({ checkpoint: 'c1', last: position(2, 1) })).toEqual([]);
  });

  it('go the oldest first, and leave nothing of a chain that has a hole', () => {
    const kept = pool({ sourceBytes: 30 * KIB });
    const chain = kept.chain();
    keep(chain, 1, 5, 9 * KIB);
    expect(since(chain, 2)).toEqual(['c3', 'c4', 'c5']);
    expect(since(chain, 1)).toEqual([]);
    expect(kept.bytes).toBeLessThanOrEqual(30 * KIB);
  });

  it('are bounded in all, whatever the number of sources', () => {
    const kept = pool({ bytes: 100 * KIB });
    const chains = Array.from({ length: 50 }, () => kept.chain());
    for (const chain of chains) keep(chain, 1, 3, 9 * KIB);
    expect(kept.bytes).toBeLessThanOrEqual(100 * KIB);
    expect(chains.filter((chain) => since(chain, 2).length > 0).length).toBeLessThanOrEqual(11);
    expect(since(chains.at(-1) ?? kept.chain(), 0)).toEqual(['c1', 'c2', 'c3']);
  });

  it('go when they are old, but not while nothing is known of where they are stored', () => {
    const kept = pool();
    const [quiet, busy] = [kept.chain(), kept.chain()];
    keep(quiet, 1, 1);
    clock.now = 60_000;
    expect(since(quiet, 0)).toEqual(['c1']);
    keep(busy, 1, 1);
    // The broker may be several servers, of which one is away.
    expect(since(quiet, 0)).toEqual(['c1']);
    keep(quiet, 2, 2);
    expect([since(quiet, 0), since(quiet, 1)]).toEqual([[], ['c2']]);
    clock.now += 10_001;
    kept.expire();
    expect([since(quiet, 1), since(busy, 0), kept.bytes]).toEqual([[], [], 0]);
  });

  it('are none where none may be kept, and none once they are cleared', () => {
    const nothing = pool({ bytes: 0 });
    keep(nothing.chain(), 1, 3);
    expect(nothing.bytes).toBe(0);
    const kept = pool();
    const chain = kept.chain();
    keep(chain, 1, 3);
    chain.clear();
    expect([since(chain, 0), kept.bytes]).toEqual([[], 0]);
  });

  it('leave their memory to others, but for that of batches which somebody else has, too', () => {
    const kept = pool({ bytes: 1_000 * KIB, sourceBytes: 1_000 * KIB });
    const chain = kept.chain();
    const payloads = [1, 2, 3].map(() => kept.memory.take(MAX_BATCH_BYTES));
    payloads.forEach((payload, index) => {
      const own = index === 0 ? { isOnlyKept: false } : {};
      chain.keep({ ...batch(index + 1), payload, ...own });
    });
    expect(since(chain, 2)).toEqual(['c3']);
    chain.clear();
    const taken = [1, 2, 3].map(() => kept.memory.take(MAX_BATCH_BYTES).buffer);
    expect(payloads.map(({ buffer }) => taken.includes(buffer))).toEqual([false, true, false]);
  });
});
