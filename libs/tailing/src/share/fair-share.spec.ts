import { MemoryBroker } from '@tailgate/broker';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { divide } from './fair-share.js';

const TTL_MS = 60_000;

/** A tailer as the leases see it: what is claimed of it, it gives back at once. */
class Holder {
  #claims: ReadonlySet<string> = new Set();
  held: readonly string[] = [];

  constructor(
    private readonly broker: MemoryBroker,
    readonly name: string,
    private readonly wants: readonly string[],
  ) {}

  /** Answers how many leases it has given back. */
  async beat(): Promise<number> {
    const requests = this.wants.map((name) => ({ name, claims: this.#claims.has(name) }));
    const { states } = await this.broker.lease(this.name, requests, TTL_MS);
    const { claims, surplus } = divide(states, this.name);
    this.#claims = claims;
    await this.broker.release(this.name, surplus);
    this.held = [...states].flatMap(([name, { holder }]) =>
      holder === this.name && !surplus.includes(name) ? [name] : [],
    );
    return surplus.length;
  }
}

async function rest(holders: readonly Holder[], rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round++) for (const holder of holders) await holder.beat();
}

function names(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `host/${index}`);
}

describe('the division of leases', () => {
  it('leaves everything to one who is alone', () => {
    const states = new Map([
      ['a', { holder: 'me' }],
      ['b', {}],
    ]);
    expect(divide(states, 'me')).toEqual({ claims: new Set(), surplus: [] });
  });

  it('claims from those who have more than their share, and never more than is missing', () => {
    const states = new Map(names(9).map((name, index) => [name, { holder: index < 6 ? 'rich' : 'poor' }]));
    expect([...divide(states, 'me').claims]).toEqual(['host/0', 'host/1', 'host/2']);
    expect([...divide(states, 'poor').claims]).toEqual(['host/0']);
    expect(divide(states, 'rich')).toEqual({ claims: new Set(), surplus: [] });
  });

  it('gives back what is claimed, but nothing of its own share', () => {
    const claimed = new Map(names(10).map((name) => [name, { holder: 'me', claimant: 'new' }]));
    expect(divide(claimed, 'me').surplus).toHaveLength(5);
  });

  it('comes to rest with everything held and nobody below the share, whoever comes and goes', async () => {
    const run = fc.array(fc.nat(3), { minLength: 1, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 40 }),
        fc.integer({ min: 1, max: 4 }),
        run,
        async (files, count, order) => {
          await using broker = new MemoryBroker({ clock: () => 0 });
          const wants = names(files);
          const holders = Array.from({ length: count }, (_, index) => new Holder(broker, `t${index}`, wants));
          for (const index of order) await holders[index % count]?.beat();
          await rest(holders, 8);
          for (const holder of holders) expect(await holder.beat()).toBe(0);
          expect(holders.flatMap(({ held }) => held).sort()).toEqual(wants.toSorted());
          for (const { held } of holders) expect(held.length).toBeGreaterThanOrEqual(Math.floor(files / count));

          const [gone, ...left] = holders;
          if (gone === undefined || left.length === 0) return;
          await broker.release(gone.name, wants);
          await rest(left, 8);
          expect(left.flatMap(({ held }) => held).sort()).toEqual(wants.toSorted());
          for (const { held } of left) expect(held.length).toBeGreaterThanOrEqual(Math.floor(files / left.length));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('comes to rest also where some see only a part of the files', async () => {
    await using broker = new MemoryBroker({ clock: () => 0 });
    const all = names(50);
    const holders = [
      new Holder(broker, 'all', all),
      new Holder(broker, 'half', all.slice(25)),
      new Holder(broker, 'few', all.slice(48)),
    ];
    await rest(holders, 10);
    for (const holder of holders) expect(await holder.beat()).toBe(0);
    expect(holders.flatMap(({ held }) => held).sort()).toEqual(all.toSorted());
    expect(holders.map(({ held }) => held.length).every((count) => count > 0)).toBe(true);
  });
});
