import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../clock.js';

interface Timer {
  at: number;
  readonly order: number;
  readonly every: number | undefined;
  readonly run: () => void;
}

/** Time that passes when a test says so. */
export class FakeClock implements Clock {
  #now = 1_700_000_000_000;
  #orders = 0;
  readonly #timers = new Set<Timer>();

  now(): number {
    return this.#now;
  }

  elapsed(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): Disposable {
    return this.#add(ms, run, undefined);
  }

  every(ms: number, run: () => void): Disposable {
    return this.#add(ms, run, ms);
  }

  /** How many timers are waiting. */
  get timers(): number {
    return this.#timers.size;
  }

  /** Runs what is due now, and what comes of it, until nothing is left to do. */
  async settle(): Promise<void> {
    await this.advance(0);
  }

  /** Lets time pass; what is due on the way runs at its time. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      await setImmediate();
      const timer = this.#next(end);
      if (!timer) break;
      this.#now = Math.max(this.#now, timer.at);
      if (timer.every === undefined) this.#timers.delete(timer);
      else timer.at = this.#now + timer.every;
      timer.run();
    }
    this.#now = end;
  }

  #next(end: number): Timer | undefined {
    return [...this.#timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at || a.order - b.order)[0];
  }

  #add(ms: number, run: () => void, every: number | undefined): Disposable {
    const timer = { at: this.#now + Math.max(0, ms), order: (this.#orders += 1), every, run };
    this.#timers.add(timer);
    return { [Symbol.dispose]: () => this.#timers.delete(timer) };
  }
}
