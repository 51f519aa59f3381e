import type { Clock } from './clock.js';

/** Takes part in rounds: writes to its viewers what has arrived since the last one. Must not throw. */
export interface RoundMember {
  round(): void;
}

/** Does a bounded piece of work when its turn comes; true where there is more to do. Must not throw. */
export interface TurnTaker {
  turn(): boolean;
}

/** Those who catch up get this many milliseconds, then live viewers have theirs. */
const TURN_MS = 4;

const SHORT_ROUND_MS = 1;
const LONGEST_PAUSE_MS = 20;

/**
 * Paces the writes of one process.
 *
 * *Rounds* are for live viewers: what arrives during a round, or in the pause after it, goes out whole in the next. A quiet process
 * flushes at once; the longer a round took, the longer the pause, so that under load more lines share one write, and throughput
 * rises instead of collapsing.
 *
 * *Turns* are for viewers that catch up: one bounded piece each, one after the other, for a few milliseconds at a time.
 */
export class Rounds {
  readonly #clock: Clock;
  readonly #onRound: (milliseconds: number) => void;
  #due = new Set<RoundMember>();
  #roundIsDue = false;
  #notBefore = 0;
  readonly #queue = new Set<TurnTaker>();
  #turnsAreDue = false;

  /** `onRound` is told how long each round took. */
  constructor(clock: Clock, onRound: (milliseconds: number) => void = () => undefined) {
    this.#clock = clock;
    this.#onRound = onRound;
  }

  /** `member` takes part in the next round. */
  join(member: RoundMember): void {
    this.#due.add(member);
    this.#awaitRound();
  }

  /** `taker` has a turn soon, and again until it has nothing more to do. */
  queue(taker: TurnTaker): void {
    this.#queue.add(taker);
    this.#awaitTurns();
  }

  /** Forgets `member`; of no effect where it is not waiting. */
  leave(member: RoundMember | TurnTaker): void {
    if ('round' in member) this.#due.delete(member);
    if ('turn' in member) this.#queue.delete(member);
  }

  #runRound(): void {
    const due = this.#due;
    this.#due = new Set();
    const begun = this.#clock.elapsed();
    for (const member of due) member.round();
    const ended = this.#clock.elapsed();
    this.#notBefore = ended + pauseAfter(ended - begun);
    this.#onRound(ended - begun);
    this.#roundIsDue = false;
    if (this.#due.size > 0) this.#awaitRound();
  }

  #awaitRound(): void {
    if (this.#roundIsDue) return;
    this.#roundIsDue = true;
    this.#clock.after(this.#notBefore - this.#clock.elapsed(), () => this.#runRound());
  }

  #runTurns(): void {
    this.#turnsAreDue = false;
    const deadline = this.#clock.elapsed() + TURN_MS;
    // A set is walked in the order of adding, also through what is added meanwhile: a fair queue.
    for (const taker of this.#queue) {
      this.#queue.delete(taker);
      if (taker.turn()) this.#queue.add(taker);
      if (this.#clock.elapsed() >= deadline) break;
    }
    // A turn that took far too long, such as a costly filter's, is made up for: others have as much time before the next.
    const late = this.#clock.elapsed() - deadline;
    if (this.#queue.size > 0) this.#awaitTurns(late > TURN_MS ? Math.min(late, LONGEST_PAUSE_MS) : 0);
  }

  #awaitTurns(pause = 0): void {
    if (this.#turnsAreDue) return;
    this.#turnsAreDue = true;
    this.#clock.after(pause, () => this.#runTurns());
  }
}

/**
 * Milliseconds. As long as the round took: live viewers get at most half of the process's time, and wait no longer than that costs.
 * A short round needs no pause, and after a very long one nobody is kept waiting for more than `LONGEST_PAUSE_MS`.
 */
function pauseAfter(duration: number): number {
  return duration < SHORT_ROUND_MS ? 0 : Math.min(duration, LONGEST_PAUSE_MS);
}
