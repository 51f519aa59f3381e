import { MemoryBroker, type LeaseAnswer, type LeaseRequest, type SourceLeases } from '@tailgate/broker';
import { describe, expect, it, vi } from 'vitest';
import { Leases } from './leases.js';

const TTL_MS = 100;

/** Leases of a broker that can be away, and a clock that the test moves for all. */
class House implements SourceLeases {
  now = 0;
  away = false;
  readonly broker = new MemoryBroker({ clock: () => this.now });
  readonly events: string[] = [];
  readonly #stopping = new AbortController();
  readonly #all: Leases[] = [];

  leases(...wants: string[]): Leases {
    const leases = new Leases(
      this,
      () => wants,
      TTL_MS,
      () => this.now,
      {
        changed: (name) => this.events.push(`${name} ${leases.status(name)}`),
        lost: (name) => this.events.push(`${name} lost`),
        failed: (why) => why !== undefined && this.events.push(why),
      },
      this.#stopping.signal,
    );
    this.#all.push(leases);
    leases.start();
    return leases;
  }

  async lease(holder: string, requests: readonly LeaseRequest[], ttlMs: number): Promise<LeaseAnswer> {
    if (this.away) throw new Error('away');
    return this.broker.lease(holder, requests, ttlMs);
  }

  release(holder: string, names: readonly string[]): Promise<void> {
    return this.broker.release(holder, names);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#all.map((leases) => leases.stop()));
    await this.broker[Symbol.asyncDispose]();
  }
}

describe('leases', () => {
  it('are held until their time is over by the own clock, whatever the broker says later', async () => {
    await using house = new House();
    const leases = house.leases('a');
    expect(leases.status('a')).toBe('elsewhere');
    await vi.waitFor(() => expect(leases.status('a')).toBe('held'), { timeout: 20_000 });
    house.away = true;
    house.now = TTL_MS - 1;
    await vi.waitFor(() => expect(house.events).toContain('away'), { timeout: 20_000 });
    expect(leases.status('a')).toBe('held');
    house.now = TTL_MS;
    expect(leases.status('a')).toBe('lapsed');
    expect(leases.held).toBe(0);
    house.away = false;
    await vi.waitFor(() => expect(leases.status('a')).toBe('held'), { timeout: 20_000 });
    expect(house.events).not.toContain('a lost');
  });

  it('that ran out and went to another are lost, and said to be', async () => {
    await using house = new House();
    const leases = house.leases('a');
    await vi.waitFor(() => expect(leases.status('a')).toBe('held'), { timeout: 20_000 });
    house.away = true;
    house.now = TTL_MS;
    await house.broker.lease('other', [{ name: 'a' }], TTL_MS);
    house.away = false;
    await vi.waitFor(() => expect(leases.status('a')).toBe('elsewhere'), { timeout: 20_000 });
    expect(house.events).toContain('a lost');
  });

  it('that another claims are given back once all is done, and not before', async () => {
    await using house = new House();
    const leases = house.leases('a', 'b');
    await vi.waitFor(() => expect(leases.held).toBe(2), { timeout: 20_000 });
    await house.broker.lease('other', [{ name: 'a', claims: true }], 1e9);
    house.now = TTL_MS / 2;
    await vi.waitFor(() => expect(house.events).toContain('a elsewhere'), { timeout: 20_000 });
    expect(leases.isLeaving('a')).toBe(true);
    const { states } = await house.broker.lease('other', [{ name: 'a', claims: true }], 1e9);
    expect(states.get('a')?.holder).not.toBe('other');
    leases.giveBack('a');
    await vi.waitFor(
      async () => {
        const answer = await house.broker.lease('other', [{ name: 'a', claims: true }], 1e9);
        expect(answer.states.get('a')?.holder).toBe('other');
      },
      { timeout: 20_000 },
    );
    expect(leases.status('b')).toBe('held');
    expect(house.events).not.toContain('a lost');
  });

  it('are all given back at the end', async () => {
    await using house = new House();
    const leases = house.leases('a', 'b');
    await vi.waitFor(() => expect(leases.held).toBe(2), { timeout: 20_000 });
    await leases.release();
    const { states } = await house.broker.lease('other', [{ name: 'a' }, { name: 'b' }], TTL_MS);
    expect([...states.values()]).toEqual([{ holder: 'other' }, { holder: 'other' }]);
  });
});
