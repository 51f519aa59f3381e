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

/** A member that works for so long in each round, and has something for so many rounds; `began`: when each of them did. */
function working(clock: WorkClock, duration: number, times: number, onRound: () => void = () => undefined) {
  const began: number[] = [];
  const round = (): boolean => {
    began.push(clock.now());
    clock.work(duration);
    onRound();
    return began.length < times;
  };
  return { began, member: { round } };
}

describe('rounds', () => {
  it('come at once when it is quiet, once for all that arrived', async () => {
    const clock = new FakeClock();
    const rounds = new Rounds(clock);
    let count = 0;
    const member = {
      round: () => {
        count += 1;
        return false;
      },
    };
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
    [2.2, 1.8],
    [11, 9],
    [50, 20],
  ])('under load after one of %d ms wait %d ms', async (duration, pause) => {
    const clock = new WorkClock();
    const told: number[] = [];
    const rounds = new Rounds(clock, (milliseconds) => told.push(milliseconds));
    const { began, member } = working(clock, duration, 4, () => {
      // Something comes for those who were not served yet.
      if (began.length === 1) clock.after(0, () => rounds.join(member));
    });
    for (let arrivals = 0; arrivals < 3; arrivals += 1) rounds.join(member);
    await clock.advance(100);
    const [first = NaN] = began;
    const [, second = NaN] = began.filter((time, index) => index === 0 || time > first || pause === 0);
    expect(second - first).toBeCloseTo(pause, 2);
    expect(told[0]).toBeGreaterThan(duration - 0.01);
  });

  it.each([
    [2.25, 13.5],
    [3, 18],
    [16, 20],
  ])('where much comes, after three of %d ms wait %d ms', async (duration, pause) => {
    const clock = new WorkClock();
    const rounds = new Rounds(clock);
    const { began, member } = working(clock, duration, 4, () => {
      if (began.length <= 2) clock.after(0, () => rounds.join(member, 16 * 1024));
    });
    rounds.join(member);
    await clock.advance(100);
    const [first = NaN] = began;
    expect(began.map((time) => time - first)).toEqual([0, 0, 0, pause]);
  });

  it('wait as long as rounds usually take, not as the last one has', async () => {
    const clock = new WorkClock();
    const rounds = new Rounds(clock);
    const began: number[] = [];
    const member = {
      round: () => {
        began.push(clock.elapsed());
        clock.work(began.length === 40 ? 12 : 2);
        // More comes than can be written in time.
        for (let arrivals = 0; arrivals < 3; arrivals += 1) clock.after(0, () => rounds.join(member));
        return began.length < 45;
      },
    };
    rounds.join(member);
    await clock.advance(500);
    const [usual = NaN, after = NaN] = [began[39], began[40]].map(
      (time, index) => (time ?? 0) - (began[38 + index] ?? 0),
    );
    expect(usual).toBeCloseTo(2 / 0.55, 2);
    expect(after).toBeLessThan(12 + 3);
  });

  it('take their share of the time, though timers know whole milliseconds only', async () => {
    class CoarseClock extends WorkClock {
      override after(ms: number, run: () => void): Disposable {
        return super.after(Math.floor(ms), run);
      }
    }
    const clock = new CoarseClock();
    const rounds = new Rounds(clock);
    let count = 0;
    const member = {
      round: () => {
        count += 1;
        clock.work(2.2);
        for (let arrivals = 0; arrivals < 3; arrivals += 1) clock.after(0, () => rounds.join(member));
        return count < 1_000;
      },
    };
    const begun = clock.elapsed();
    rounds.join(member);
    while (count < 1_000) await clock.advance(1);
    expect((count * 2.2) / (clock.elapsed() - begun)).toBeCloseTo(0.55, 1);
  });

  it('go on as before after one to which nobody has come', async () => {
    const clock = new WorkClock();
    const rounds = new Rounds(clock);
    const gone = { round: () => expect.fail('has left') };
    rounds.join(gone);
    rounds.leave(gone);
    clock.after(0, () => clock.work(1));
    await clock.settle();
    const { began, member } = working(clock, 11, 2, () => {
      if (began.length === 1) clock.after(0, () => rounds.join(member));
    });
    for (let arrivals = 0; arrivals < 3; arrivals += 1) rounds.join(member);
    await clock.advance(100);
    expect((began[1] ?? NaN) - (began[0] ?? NaN)).toBeCloseTo(9, 2);
  });

  it('do not wait where nothing has come since, and nothing is to be gained', async () => {
    const clock = new WorkClock();
    const rounds = new Rounds(clock);
    const { began, member } = working(clock, 5, 10);
    rounds.join(member);
    await clock.settle();
    expect(began).toHaveLength(10);
  });

  it('serve members one after the other, a few milliseconds of each', async () => {
    const clock = new WorkClock();
    const rounds = new Rounds(clock);
    const order: string[] = [];
    const member = (name: string, times: number) => ({
      round: () => {
        order.push(name);
        clock.work(1);
        return (times -= 1) > 0;
      },
    });
    rounds.join(member('a', 3));
    rounds.join(member('b', 1));
    rounds.join(member('c', 2));
    clock.after(0, () => order.push('others'));
    await clock.settle();
    expect(order).toEqual(['a', 'b', 'others', 'c', 'a', 'c', 'a']);
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
