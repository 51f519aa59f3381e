/** Is told what becomes of the lines. */
export interface WatchObserver {
  /** A line has come for the first time, so many milliseconds after it was written. */
  received(number: number, milliseconds: number): void;
  /** A line did not come in time. It may still come, late. */
  lost(number: number): void;
  /** A line came that had come before. */
  duplicated(number: number): void;
  /** A line came after one that was written later. */
  reordered(number: number): void;
}

/**
 * What was written beside what came, by the numbers alone: it knows nothing of positions, so that a fault in those does not hide itself.
 * Holds what was written within the patience, and one number.
 */
export class LineWatch {
  /** When each was written that has not come and is not lost, in that order: milliseconds. */
  readonly #outstanding = new Map<number, number>();
  /** Of those that came, the highest. */
  #highest = 0;
  /** Those that were lost of late, since a late one is no duplicate; as many as are remembered. */
  readonly #lost = new Set<number>();

  constructor(
    private readonly patienceMs: number,
    private readonly observer: WatchObserver,
  ) {}

  /** How many have not come and are not lost. */
  get outstanding(): number {
    return this.#outstanding.size;
  }

  /** How long the oldest of them has been written: milliseconds; 0 where there is none. */
  oldest(now: number): number {
    const [written = now] = this.#outstanding.values();
    return now - written;
  }

  wrote(number: number, now: number): void {
    this.#outstanding.set(number, now);
  }

  came(number: number, now: number): void {
    const written = this.#outstanding.get(number);
    const isLate = this.#lost.delete(number);
    if (written === undefined && !isLate) {
      this.observer.duplicated(number);
      return;
    }
    this.#outstanding.delete(number);
    if (number < this.#highest) this.observer.reordered(number);
    else this.#highest = number;
    if (written !== undefined) this.observer.received(number, now - written);
  }

  /** Counts as lost what was written before the patience began. */
  sweep(now: number): void {
    for (const [number, written] of this.#outstanding) {
      if (now - written < this.patienceMs) return;
      this.#outstanding.delete(number);
      this.#remember(number);
      this.observer.lost(number);
    }
  }

  #remember(number: number): void {
    this.#lost.add(number);
    const [oldest] = this.#lost;
    if (oldest !== undefined && this.#lost.size > MOST_REMEMBERED) this.#lost.delete(oldest);
  }
}

const MOST_REMEMBERED = 10_000;
