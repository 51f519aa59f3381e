import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { NextTurn } from '../follow/source-context.js';
import type { Source } from '../follow/source.js';
import { Schedule } from './schedule.js';

/** A source whose turns the test lets end. */
class Turns {
  count = 0;
  wantsTurn = false;
  isBusy = false;
  records = 0;
  at = Infinity;
  ready: Promise<void> = Promise.resolve();
  #running = Promise.withResolvers<NextTurn>();

  /** Stands where a source does: the schedule needs no more of it. */
  readonly source = this as unknown as Source;

  constructor(private readonly endsAtOnce: boolean) {}

  turn(): Promise<NextTurn> {
    this.count++;
    this.#running = Promise.withResolvers();
    if (this.endsAtOnce) this.end();
    return this.#running.promise;
  }

  end(): void {
    this.#running.resolve({ records: this.records, ready: this.ready, at: this.at });
  }
}

describe('turns', () => {
  let now = 0;
  let schedule: Schedule;

  beforeEach(() => {
    vi.useFakeTimers();
    now = 0;
    schedule = new Schedule(
      1_000,
      () => now,
      () => Promise.resolve(),
    );
    schedule.start();
  });

  afterEach(async () => {
    await schedule.stop();
    vi.useRealTimers();
  });

  const pass = async (ms: number): Promise<void> => {
    for (let i = 0; i < ms; i += 100) {
      now += 100;
      await vi.advanceTimersByTimeAsync(100);
    }
  };

  it('are fair: files that grow without an end starve none that grows a little', async () => {
    const firehoses = [new Turns(true), new Turns(true), new Turns(true)];
    for (const firehose of firehoses) {
      firehose.wantsTurn = true;
      schedule.add(firehose.source);
    }
    const trickle = new Turns(true);
    schedule.add(trickle.source);
    const turnsOfOthers = () => firehoses.reduce((sum, { count }) => sum + count, 0);
    for (let i = 0; i < 20; i++) {
      const before = [trickle.count, turnsOfOthers()] as const;
      schedule.hint(trickle.source);
      while (trickle.count === before[0]) await Promise.resolve();
      expect(turnsOfOthers() - before[1]).toBeLessThanOrEqual(2 * firehoses.length);
    }
    expect(Math.max(...firehoses.map(({ count }) => count))).toBeLessThanOrEqual(
      2 * Math.min(...firehoses.map(({ count }) => count)),
    );
    for (const firehose of firehoses) firehose.wantsTurn = false;
  });

  it('never overlap, and one heard of during a turn follows it', async () => {
    const source = new Turns(false);
    schedule.add(source.source);
    for (let i = 0; i < 3; i++) schedule.hint(source.source);
    expect(source.count).toBe(1);
    source.end();
    await pass(100);
    expect(source.count).toBe(2);
    source.end();
    await pass(1_000);
    expect(source.count).toBe(2);
  });

  it('wait for what the one before brought to be stored, without keeping others', async () => {
    const stored = Promise.withResolvers<undefined>();
    const slow = new Turns(true);
    slow.ready = stored.promise;
    const others = [new Turns(true), new Turns(true), new Turns(true)];
    schedule.add(slow.source);
    for (const other of others) schedule.add(other.source);
    schedule.hint(slow.source);
    await pass(1_000);
    expect([slow.count, ...others.map(({ count }) => count)]).toEqual([1, 1, 1, 1]);
    expect(schedule.isStoring(slow.source)).toBe(true);
    expect(schedule.runningSince(slow.source)).toBeUndefined();
    stored.resolve(undefined);
    await pass(100);
    expect(slow.count).toBe(2);
  });

  it.each([
    [{ records: 3, isBusy: false }, 0],
    [{ records: 8, isBusy: false }, 2],
    [{ records: 5_000, isBusy: false }, 4],
    [{ records: 5_000, isBusy: true }, 0],
  ])('that took %o are followed by the next after %d ms', async (taken, rest) => {
    const source = Object.assign(new Turns(false), taken);
    source.wantsTurn = true;
    schedule.add(source.source);
    source.end();
    await vi.advanceTimersByTimeAsync(0);
    for (let ms = 0; ms < rest; ms += 1) {
      expect(source.count).toBe(1);
      schedule.hint(source.source);
      await vi.advanceTimersByTimeAsync(1);
    }
    expect(source.count).toBe(2);
    source.wantsTurn = false;
    source.end();
  });

  it('do not follow a rest during which the source was removed, or everything was stopped', async () => {
    const removed = Object.assign(new Turns(true), { records: 100, wantsTurn: true });
    const left = Object.assign(new Turns(true), { records: 100, wantsTurn: true });
    schedule.add(removed.source);
    schedule.add(left.source);
    await vi.advanceTimersByTimeAsync(1);
    schedule.remove(removed.source);
    await schedule.stop();
    await vi.advanceTimersByTimeAsync(100);
    expect([removed.count, left.count]).toEqual([1, 1]);
  });

  it('come at their time', async () => {
    const source = new Turns(true);
    source.at = 500;
    schedule.add(source.source);
    await pass(400);
    expect(source.count).toBe(1);
    source.at = Infinity;
    await pass(100);
    expect(source.count).toBe(2);
    await pass(10_000);
    expect(source.count).toBe(2);
  });

  it('say since when they have been running', async () => {
    now = 1_000;
    const source = new Turns(false);
    schedule.add(source.source);
    await pass(300);
    expect(schedule.runningSince(source.source)).toBe(1_000);
    expect(schedule.isIdle(source.source)).toBe(false);
    source.end();
    await pass(100);
    expect(schedule.isIdle(source.source)).toBe(true);
  });

  it('are not given to what was removed, nor after the end, which waits for those that run', async () => {
    const gone = new Turns(false);
    const last = new Turns(false);
    schedule.add(gone.source);
    schedule.add(last.source);
    schedule.remove(gone.source);
    gone.wantsTurn = true;
    gone.end();
    await pass(200);
    expect(gone.count).toBe(1);
    let stopped = false;
    const stopping = schedule.stop().then(() => (stopped = true));
    await pass(200);
    expect(stopped).toBe(false);
    last.wantsTurn = true;
    last.end();
    await stopping;
    schedule.hint(last.source);
    await pass(200);
    expect(last.count).toBe(1);
  });
});
