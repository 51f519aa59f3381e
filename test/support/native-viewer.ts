import { EventSource } from 'eventsource';
import type { EventSourceMessage } from 'eventsource-parser';
import { linesOf, summary, type ReceivedLine } from './event-stream.ts';
import { until } from './until.ts';

const NAMES = ['connected', 'log', 'notice', 'live', 'epoch', 'gap', 'status', 'ping', 'closing'];

/** A plain `EventSource`, which does nothing about a lost connection but what the standard says. */
export class NativeViewer implements Disposable {
  readonly events: EventSourceMessage[] = [];
  /** How often a connection was lost, or refused. */
  errors = 0;
  readonly #source: EventSource;

  constructor(url: string) {
    this.#source = new EventSource(url);
    for (const name of NAMES) {
      this.#source.addEventListener(name, ({ data, lastEventId }) => {
        this.events.push({ event: name, data: String(data), id: lastEventId });
      });
    }
    this.#source.addEventListener('error', () => (this.errors += 1));
  }

  /** An `EventSource` closes for good on an answer that it can't use. */
  get isClosed(): boolean {
    return this.#source.readyState === EventSource.CLOSED;
  }

  get lines(): ReceivedLine[] {
    return linesOf(this.events);
  }

  /** The events after the last one of this name. */
  after(name: string): readonly EventSourceMessage[] {
    return this.events.slice(this.events.findLastIndex(({ event }) => event === name) + 1);
  }

  count(name: string): number {
    return this.events.filter(({ event }) => event === name).length;
  }

  /** Waits until so many events of this name have come. */
  async has(name: string, count = 1, limitMs?: number): Promise<void> {
    await until(
      () => this.count(name) >= count,
      () => `${count} ${name}; there were ${summary(this.events)}`,
      limitMs,
    );
  }

  [Symbol.dispose](): void {
    this.#source.close();
  }
}
