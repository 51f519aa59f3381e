import { setImmediate } from 'node:timers/promises';

/** Work goes on for so many milliseconds at a time, then others have their turn. */
const SLICE_MS = 2;

/** Keeps a long piece of work from holding up all others. */
export class Pace {
  #end = performance.now() + SLICE_MS;

  /** To be looked at often, and `rest` awaited where it is true. */
  get isOver(): boolean {
    return performance.now() >= this.#end;
  }

  async rest(): Promise<void> {
    await setImmediate();
    this.#end = performance.now() + SLICE_MS;
  }
}
