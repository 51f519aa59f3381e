/** Time, as feeds and sessions see it: injected, so that tests decide when it passes. */
export interface Clock {
  /** Integer milliseconds since the Unix epoch. */
  now(): number;

  /** Milliseconds, with fractions, from any fixed moment on: for durations only, never set back. */
  elapsed(): number;

  /** Calls `run` once, after `ms` milliseconds (0: as soon as pending input has been handled), unless disposed of before. */
  after(ms: number, run: () => void): Disposable;

  /** Calls `run` every `ms` milliseconds until disposed of. */
  every(ms: number, run: () => void): Disposable;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  after(ms, run) {
    // A timer of 0 ms waits for 1 ms; an immediate comes right after the input that is at hand.
    if (ms <= 0) {
      const immediate = setImmediate(run);
      return { [Symbol.dispose]: () => clearImmediate(immediate) };
    }
    const timer = setTimeout(run, ms);
    return { [Symbol.dispose]: () => clearTimeout(timer) };
  },
  every(ms, run) {
    const timer = setInterval(run, ms);
    return { [Symbol.dispose]: () => clearInterval(timer) };
  },
};
