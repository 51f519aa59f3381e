import type { Entry } from './entry.js';
import type { Gate } from './gate.js';

/** What waits for a reader is about this much, and no more than one message beyond: characters. */
const MOST = 4 * 1024 * 1024;

/** An entry without its line. */
const ENTRY_COST = 200;

/** Why the queue holds the gate shut. */
const FULL = 'full';

/** Entries between the connection and one `for await`. Full, it holds the server back. */
export class EntryQueue implements AsyncIterator<Entry, undefined> {
  readonly #gate: Gate;
  readonly #onReturn: () => void;
  readonly #entries: Entry[] = [];
  #cost = 0;
  #wake: (() => void) | undefined;
  #end: { readonly error?: Error } | undefined;

  /** `onReturn`: the reader has left the loop. */
  constructor(gate: Gate, onReturn: () => void) {
    this.#gate = gate;
    this.#onReturn = onReturn;
  }

  push(entry: Entry): void {
    this.#entries.push(entry);
    this.#cost += costOf(entry);
    if (this.#cost > MOST) this.#gate.hold(FULL, true);
    this.#wake?.();
  }

  /** What is in the queue is still read; then the loop ends, or throws `error`. */
  end(error?: Error): void {
    this.#end ??= error ? { error } : {};
    this.#wake?.();
  }

  async next(): Promise<IteratorResult<Entry, undefined>> {
    for (;;) {
      const entry = this.#take();
      if (entry) return { done: false, value: entry };
      if (this.#end?.error) throw this.#end.error;
      if (this.#end) return { done: true, value: undefined };
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  return(): Promise<IteratorReturnResult<undefined>> {
    this.#onReturn();
    return Promise.resolve({ done: true, value: undefined });
  }

  #take(): Entry | undefined {
    const entry = this.#entries.shift();
    if (!entry) return undefined;
    this.#cost -= costOf(entry);
    if (this.#cost < MOST / 2) this.#gate.hold(FULL, false);
    return entry;
  }
}

function costOf(entry: Entry): number {
  return ENTRY_COST + (entry.type === 'log' ? entry.line.length : 0);
}
