import type { Watcher } from './viewers/watcher.ts';
import type { Writer } from './writer.ts';
import type { WrittenFile } from './written-file.ts';

/** A fault that has happened. Times in milliseconds, as `performance.now()` says. */
export interface InjectedFault {
  /** The row of the table that it counts in. */
  readonly row: string;
  /** What exactly was done. */
  readonly what: string;
  readonly began: number;
  /** When its cause was over, where it has an end that viewers wait for; else as `began`. */
  lifted: number | undefined;
  /** When the last viewer whom it concerns had a line that was written after it was lifted. */
  recovered: number | undefined;
  /** What sort of viewer that was, and its channel. */
  last: string;
  /** Lines of the files concerned that were written from its begin until everybody had recovered. */
  lines: number;
}

interface Waiting {
  readonly fault: InjectedFault;
  readonly files: readonly WrittenFile[];
  /** Which line each viewer waits for. */
  readonly viewers: Map<Watcher, number>;
}

/** Whom a fault concerns; default: everybody. */
export interface Concerned {
  readonly files?: readonly WrittenFile[];
  readonly watchers?: readonly Watcher[];
}

/** When viewers have recovered from what was done: told by a line that is written to each file the moment a fault is lifted. */
export class Recoveries {
  readonly faults: InjectedFault[] = [];
  readonly #writer: Writer;
  readonly #watchers: readonly Watcher[];
  readonly #held = new Set<Watcher>();
  readonly #waiting = new Set<Waiting>();

  constructor(writer: Writer, watchers: readonly Watcher[]) {
    this.#writer = writer;
    this.#watchers = watchers;
    for (const watcher of watchers) watcher.judgement.onLine = (text) => this.#heard(watcher, text);
  }

  begin(row: string, what: string): InjectedFault {
    const fault = { row, what, began: performance.now(), lifted: undefined, recovered: undefined, last: '', lines: 0 };
    this.faults.push(fault);
    return fault;
  }

  lift(fault: InjectedFault, { files = this.#writer.files, watchers = this.#watchers }: Concerned): void {
    fault.lifted = performance.now();
    const lines = this.#writer.probe(files);
    const waiting = { fault, files, viewers: new Map<Watcher, number>() };
    for (const watcher of watchers) {
      const line = lines.get(watcher.judgement.channel);
      if (line !== undefined && !this.#held.has(watcher)) waiting.viewers.set(watcher, line);
    }
    this.#waiting.add(waiting);
    this.#look(waiting);
  }

  /** Somebody made this viewer stop reading: nobody waits for it until the answer is called. */
  hold(watcher: Watcher): () => void {
    this.#held.add(watcher);
    for (const waiting of this.#waiting) {
      waiting.viewers.delete(watcher);
      this.#look(waiting);
    }
    return () => void this.#held.delete(watcher);
  }

  /** For a fault that concerns somebody who does not belong here, and has been given a line. */
  recover(fault: InjectedFault, files: readonly WrittenFile[]): void {
    fault.lifted ??= fault.began;
    this.#look({ fault, files, viewers: new Map() });
  }

  #heard(watcher: Watcher, text: string): void {
    if (this.#waiting.size === 0) return;
    const file = this.#writer.files.find(({ channel }) => channel === watcher.judgement.channel);
    const number = file?.numberOf(text) ?? 0;
    for (const waiting of this.#waiting) {
      const line = waiting.viewers.get(watcher);
      if (line === undefined || number < line) continue;
      waiting.viewers.delete(watcher);
      waiting.fault.last = `${watcher.kind}, ${watcher.judgement.channel}`;
      this.#look(waiting);
    }
  }

  #look(waiting: Waiting): void {
    if (waiting.viewers.size > 0) return;
    this.#waiting.delete(waiting);
    const { fault, files } = waiting;
    const now = performance.now();
    fault.recovered = now;
    fault.lines = files.reduce((sum, { writtenAt }) => sum + writtenAt.filter((at) => at >= fault.began).length, 0);
  }
}
