import { describe, expect, it } from 'vitest';
import { FakeClock } from '../feed/testing/fake-clock.js';
import { silentObserver } from '../stream/stream-observer.js';
import { comeAgainAfter } from '../stream/come-again.js';
import type { Connection } from './connection.js';
import { Connections } from './connections.js';
import { CountedPlaces } from './testing/counted-places.js';
import { OpenCallers } from './testing/open-callers.js';
import { HostRule } from '../http/host-rule.js';

/** Connections on a clock that the test moves, which only say when they were told to close. */
class House {
  readonly clock = new FakeClock();
  readonly connections: Connections;
  /** When each was told to close, in order: milliseconds since the beginning. */
  readonly closedAt: number[] = [];
  cut = 0;
  readonly #begun = this.clock.now();

  /** `leave`: whether they go when they are told to. */
  constructor(count: number, leave = true) {
    const options = { observer: silentObserver, places: new CountedPlaces(count), stuckMs: 1_000 };
    this.connections = new Connections(this.clock, options);
    for (let index = 0; index < count; index += 1) this.#open(leave);
  }

  #open(leave: boolean): void {
    const connection: Connection = {
      caller: new OpenCallers(new HostRule([])).of(),
      stuckSince: undefined,
      beat: () => undefined,
      close: () => {
        this.closedAt.push(this.clock.now() - this.#begun);
        if (leave) this.connections.delete(connection);
      },
      cut: () => {
        this.cut += 1;
        this.connections.delete(connection);
      },
    };
    expect(this.connections.add(connection, '127.0.0.1')).toBeUndefined();
  }
}

/** The most of these times that are within one second of each other. */
function busiestSecond(times: readonly number[]): number {
  const sorted = times.toSorted((a, b) => a - b);
  let from = 0;
  return sorted.reduce((most, time, to) => {
    while ((sorted[from] ?? time) <= time - 1_000) from += 1;
    return Math.max(most, to - from + 1);
  }, 0);
}

describe('a drain', () => {
  it('spreads many evenly over its time: no second has more than its share', async () => {
    const house = new House(3_000);
    const drained = house.connections.drain(5);
    await house.clock.advance(5_000);
    await drained;
    expect(house.closedAt).toHaveLength(3_000);
    expect(house.closedAt.at(-1)).toBe(5_000);
    expect(busiestSecond(house.closedAt)).toBeLessThanOrEqual(1.01 * 600);
  });

  it('those who come again when they are told to come no faster than that', async () => {
    const house = new House(3_000);
    const drained = house.connections.drain(5);
    await house.clock.advance(5_000);
    await drained;
    const again = house.closedAt.map((time) => time + comeAgainAfter());
    // The share of a second, and room for chance: five standard deviations.
    expect(busiestSecond(again)).toBeLessThan(600 + 5 * Math.sqrt(600));
  });

  it('takes no longer for a few than five milliseconds each, and no time without any', async () => {
    const house = new House(10);
    const drained = house.connections.drain(60);
    await house.clock.advance(50);
    await drained;
    expect(house.closedAt.at(-1)).toBe(50);
    await new House(0).connections.drain(60);
  });

  it('cuts those who do not go, and leaves no timer', async () => {
    const house = new House(100, false);
    const drained = house.connections.drain(2);
    await house.clock.advance(2_499);
    expect([house.closedAt.length, house.cut]).toEqual([100, 0]);
    await house.clock.advance(1);
    await drained;
    expect(house.cut).toBe(100);
    expect(house.clock.timers).toBe(0);
  });
});
