import type { Writable } from 'node:stream';
import type { Clock } from '../feed/clock.js';

/** Whose way out it is. */
export interface OutletOwner {
  /** It can't take more: what is written yet is kept until it can. Called after each write that ends so. */
  filled(): void;

  /** What was too much has been taken. */
  drained(): void;

  /** Nothing is taken any more. Called once. */
  closed(): void;
}

/** The way out to one viewer: takes bytes, holds no more than what was written last, and knows when that is too much. */
export class Outlet {
  readonly #output: Writable;
  readonly #clock: Clock;
  readonly #owner: OutletOwner;
  #fullSince: number | undefined;
  #isHeld = false;

  constructor(output: Writable, clock: Clock, owner: OutletOwner) {
    this.#output = output;
    this.#clock = clock;
    this.#owner = owner;
    output.on('drain', () => {
      this.#fullSince = undefined;
      owner.drained();
    });
    output.on('error', endsInClose);
    output.on('close', () => owner.closed());
  }

  get isFull(): boolean {
    return this.#fullSince !== undefined;
  }

  /** Milliseconds since the Unix epoch; absent where more can be taken. */
  get fullSince(): number | undefined {
    return this.#fullSince;
  }

  /** False where bytes wait: `drained` follows. Nobody reads any more where it was closed. */
  write(bytes: Buffer): boolean {
    const output = this.#output;
    if (!output.writable) return true;
    const more = output.write(bytes);
    if (this.#isHeld) this.release();
    return more || this.#flows();
  }

  /** The same for several pieces, in one go. */
  writeAll(pieces: readonly Buffer[]): boolean {
    const output = this.#output;
    if (!output.writable) return true;
    output.cork();
    for (const piece of pieces) output.write(piece);
    output.uncork();
    return this.#flows();
  }

  /** What `writeAll` writes is kept, to go out in one write with the next `write`, at `release`, or before it is too much. */
  hold(): void {
    this.#isHeld = true;
    this.#output.cork();
  }

  release(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    this.#output.uncork();
  }

  /** Ends once all is taken; `last` is the last of it. */
  end(last?: Buffer): void {
    if (!this.#output.writable) return;
    if (last) this.#output.write(last);
    // Not only our half: a client that does not close its own would else stay.
    this.#output.end(() => this.#output.destroy());
  }

  cut(): void {
    this.#output.destroy();
  }

  #flows(): boolean {
    // What is held is no sign of a client that takes nothing.
    if (this.#output.writableNeedDrain) this.release();
    // A write may be large and yet be taken at once.
    if (this.#output.writableNeedDrain && this.#output.writableLength > 0) this.#fullSince ??= this.#clock.now();
    if (this.#fullSince === undefined) return true;
    this.#owner.filled();
    return false;
  }
}

/** What is wrong with a connection ends in its `close`. */
export function endsInClose(): void {
  // Nothing is left to do.
}
