import type { Clock } from './clock.js';

/** Takes part in rounds: writes to its viewers what has arrived. */
export interface RoundMember {
  /** Serves some of its viewers; true where others have yet to be served. Must not throw. */
  round(): boolean;
}

/** Does a bounded piece of work when its turn comes; true where there is more to do. Must not throw. */
export interface TurnTaker {
  turn(): boolean;
}

/** Those who catch up get this many milliseconds, then live viewers have theirs. */
const TURN_MS = 4;

/** A round ends after about so long, though viewers wait yet: milliseconds. Timers are no finer than 1. */
const ROUND_MS = 2;

/** After so many arrivals for which somebody has not been served yet, a pause makes writes fewer. */
const WORTH_A_PAUSE = 2;

/** Where at least so much comes, writes are large, and what they cost is better saved: bytes of payload a millisecond. */
const MUCH_PER_MS = 512;

/** A round that took less is not worth a pause: milliseconds. */
const SHORT_ROUND_MS = 1;

/** Where pauses pay, rounds take so much of the time; and so much where very many lines come. */
const BUSY = 0.55;
const BUSY_WITH_MUCH = 1 / 3;

/** What a share of a round costs is reckoned over about so many of them: some hundreds of milliseconds. */
const RECKONED_SHARES = 256;

const LONGEST_PAUSE_MS = 20;

/** Timers know whole milliseconds only: what a pause was too short or too long by, up to so much, the next one makes up for. */
const MOST_OWED_MS = 2;

/**
 * Paces the writes of one process.
 *
 * *Rounds* are for live viewers: some of them at a time, one after the other, and each is given all that has arrived until its turn
 * comes. A quiet process writes at once. Where lines come faster than they can be written to all, rounds take about half of the time,
 * and a third where very many come: what arrives in a pause goes out in one write with what waits already, so that under load more
 * lines share a write, and throughput rises instead of collapsing. A line then waits for a viewer's next turn and no longer, since
 * there is no round of all to be waited for.
 *
 * *Turns* are for viewers that catch up: one bounded piece each, one after the other, for a few milliseconds at a time.
 */
export class Rounds {
  readonly #clock: Clock;
  readonly #onRound: (milliseconds: number) => void;
  readonly #due = new Set<RoundMember>();
  #roundIsDue = false;
  #notBefore = 0;
  #isPausing = false;
  /** What the last pause was too short by; less than nothing where it was too long. Milliseconds. */
  #owed = 0;
  /** How often, since the last pause, something has come for members that had not served all. */
  #shared = 0;
  /** When that was: a pause began, or all were served. Milliseconds. */
  #since: number;
  /** What has come since then: bytes of payload. */
  #came = 0;
  /** How long rounds have taken since then: milliseconds. */
  #worked = 0;
  /** How long a member takes to serve some of its viewers, on average: milliseconds. */
  #shareCost: number | undefined;
  readonly #queue = new Set<TurnTaker>();
  #turnsAreDue = false;

  /** `onRound` is told how long each round took. */
  constructor(clock: Clock, onRound: (milliseconds: number) => void = () => undefined) {
    this.#clock = clock;
    this.#onRound = onRound;
    this.#since = clock.elapsed();
  }

  /** `member` takes part in the next rounds, until it has served all; so many bytes of payload have come for it. */
  join(member: RoundMember, bytes = 0): void {
    if (this.#due.has(member)) this.#shared += 1;
    this.#came += bytes;
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
    this.#roundIsDue = false;
    const begun = this.#clock.elapsed();
    if (this.#isPausing) this.#owed = timerFault(this.#notBefore - begun);
    let shares = 0;
    // A set is walked in the order of adding, also through what is added meanwhile: a fair queue.
    for (const member of this.#due) {
      shares += 1;
      this.#due.delete(member);
      if (member.round()) this.#due.add(member);
      if (this.#clock.elapsed() - begun >= ROUND_MS) break;
    }
    const ended = this.#clock.elapsed();
    this.#reckon(ended - begun, shares);
    this.#isPausing = this.#shared >= WORTH_A_PAUSE;
    this.#notBefore = ended + (this.#isPausing ? this.#pauseAfter(begun, ended, shares) : 0);
    if (this.#isPausing || this.#due.size === 0) this.#beginAnew(ended);
    this.#onRound(ended - begun);
    if (this.#due.size > 0) this.#awaitRound();
  }

  #reckon(duration: number, shares: number): void {
    this.#worked += duration;
    // Those who were due may have left.
    if (shares === 0) return;
    const cost = duration / shares;
    this.#shareCost ??= cost;
    this.#shareCost += (cost - this.#shareCost) * Math.min(1, shares / RECKONED_SHARES);
  }

  /** Milliseconds, after a round of that time. After very long ones nobody is kept waiting for more than `LONGEST_PAUSE_MS`. */
  #pauseAfter(begun: number, ended: number, shares: number): number {
    if (ended - begun < SHORT_ROUND_MS) return 0;
    const isMuch = this.#came >= MUCH_PER_MS * (ended - this.#since);
    const pause = isMuch ? this.#worked * (1 / BUSY_WITH_MUCH - 1) : shares * (this.#shareCost ?? 0) * (1 / BUSY - 1);
    return Math.max(0, Math.min(pause + this.#owed, LONGEST_PAUSE_MS));
  }

  /** Counts from now on what comes, and what it takes. */
  #beginAnew(now: number): void {
    this.#since = now;
    this.#shared = 0;
    this.#came = 0;
    this.#worked = 0;
  }

  #awaitRound(): void {
    if (this.#roundIsDue) return;
    this.#roundIsDue = true;
    this.#clock.after(this.#notBefore - this.#clock.elapsed(), () => this.#runRound());
  }

  #runTurns(): void {
    this.#turnsAreDue = false;
    const deadline = this.#clock.elapsed() + TURN_MS;
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

/** Of a pause that was too short by so much: a longer delay had other reasons. */
function timerFault(milliseconds: number): number {
  return Math.abs(milliseconds) <= MOST_OWED_MS ? milliseconds : 0;
}
