import { describe, expect, it } from 'vitest';
import type { Clock } from './clock.js';
import { Rounds } from './rounds.js';
import { FakeClock } from './testing/fake-clock.js';

/** A clock on which work takes time. */
class WorkClock extends FakeClock implements Clock {
  #worked = 0;

  override elapsed(): number {
    return super.elapsed() + this.#worked;
  }

  work(ms: number): void {
    this.#worked += ms;
  }
}

describe('rounds', () => {
  it('come at once when it is quiet, once for all that arrived', async () => {
    const clock = new FakeClock();
    const rounds = new Rounds(clock);
    let count = 0;
    const member = { round: () => (count += 1) };
    for (let time = 0; time < 10; time += 1) rounds.join(member);
    expect(count).toBe(0);
    await clock.settle();
    expect(count).toBe(1);
    rounds.join(member);
    await clock.settle();
    expect(count).toBe(2);
  });

  it.each([
    [0.5, 0],
    [2, 2],
    [16, 16],
    [50, 20],
  ])('after one of %d ms wait %d ms', async (duration, pause) => {
    const clock = new WorkClock();
    const told: number[] = [];
    const rounds = new Rounds(clock, (milliseconds) => told.push(milliseconds));
    const began: number[] = [];
    const member = {
      round: () => {
        began.push(clock.now());
        clock.work(duration);
        if (began.length < 2) rounds.join(member);
      },
    };
    rounds.join(member);
    await clock.advance(100);
    expect(began.map((time) => time - (began[0] ?? 0))).toEqual([0, pause]);
    expect(told).toEqual([duration, duration]);
  });
});

describe('turns', () => {
  it('are taken one after the other, and leave others time in between', async () => {
    const clock = new WorkClock();
    const rounds = new Rounds(clock);
    const order: string[] = [];
    const taker = (name: string, turns: number) => ({
      turn: () => {
        order.push(name);
        clock.work(3);
        return (turns -= 1) > 0;
      },
    });
    rounds.queue(taker('a', 3));
    rounds.queue(taker('b', 1));
    rounds.queue(taker('c', 2));
    clock.after(0, () => order.push('others'));
    await clock.settle();
    expect(order).toEqual(['a', 'b', 'others', 'c', 'a', 'c', 'a']);
  });

  it('are not taken by those who have left', async () => {
    const clock = new FakeClock();
    const rounds = new Rounds(clock);
    const gone = { turn: () => expect.fail('has left'), round: () => expect.fail('has left') };
    rounds.queue(gone);
    rounds.join(gone);
    rounds.leave(gone);
    await clock.settle();
    expect(clock.timers).toBe(0);
  });
});
