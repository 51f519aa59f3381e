import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { until } from './until.ts';

/** A line of a file, as a stream tells it. */
export interface ReceivedLine {
  readonly epoch: number;
  readonly seq: number;
  readonly line: string;
  /** No newline was seen yet. */
  readonly partial: boolean;
}

/** Events from text that comes in pieces. Shares no code with the product, so that both can't be wrong alike. */
export class EventCollector {
  readonly events: EventSourceMessage[] = [];
  readonly #decoder = new TextDecoder();
  readonly #parser = createParser({ onEvent: (event) => this.events.push(event) });

  feed(bytes: Uint8Array): this {
    this.#parser.feed(this.#decoder.decode(bytes, { stream: true }));
    return this;
  }

  /** The records among them, but notices. */
  get lines(): ReceivedLine[] {
    return linesOf(this.events);
  }

  named(name: string): EventSourceMessage[] {
    return this.events.filter(({ event }) => event === name);
  }
}

/** An event stream on a connection of its own. */
export class EventStream extends EventCollector implements Disposable {
  ended = false;
  readonly response: IncomingMessage;

  private constructor(response: IncomingMessage) {
    super();
    this.response = response;
    response.on('data', (bytes: Buffer) => this.feed(bytes));
    // A body without a length that is cut counts as an error: what was cut is for the test to say.
    response.on('error', () => undefined);
    response.on('close', () => (this.ended = true));
  }

  static async open(url: string, headers: Readonly<Record<string, string>> = {}): Promise<EventStream> {
    const sent = request(url, { headers, agent: false }).end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    return new EventStream(response);
  }

  /** Waits until an event of this name has come. */
  async has(name: string, limitMs?: number): Promise<void> {
    await until(
      () => this.events.some(({ event }) => event === name),
      () => `${name}; there were ${summary(this.events)}`,
      limitMs,
    );
  }

  /** Closes the connection as a closed browser tab does. */
  [Symbol.dispose](): void {
    this.response.destroy();
  }
}

export function linesOf(events: readonly EventSourceMessage[]): ReceivedLine[] {
  return events.filter(({ event }) => event === 'log').map(toLine);
}

/** How many there are of each name, in the order of their first. */
export function summary(events: readonly EventSourceMessage[]): string {
  const counts = new Map<string, number>();
  for (const { event = 'message' } of events) counts.set(event, (counts.get(event) ?? 0) + 1);
  return [...counts].map(([name, count]) => `${count} ${name}`).join(', ');
}

function toLine({ id = '', data }: EventSourceMessage): ReceivedLine {
  const { epoch, seq } = parseId(id);
  const record = parseData(data);
  if (typeof record['line'] !== 'string') throw new Error(`a log event without a line: ${data}`);
  return { epoch, seq, line: record['line'], partial: record['partial'] === true };
}

/** An event's data, which is a JSON object for all events. */
export function parseData(data: string): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(data);
  if (typeof value !== 'object' || value === null) throw new Error(`not an object: ${data}`);
  return { ...value };
}

/** A position, as PROTOCOL writes it. */
export function parseId(id: string): { readonly epoch: number; readonly seq: number } {
  const [, epoch, seq] = /^(\d+)-(\d+)$/.exec(id) ?? [];
  if (epoch === undefined) throw new Error(`not a position: ${JSON.stringify(id)}`);
  return { epoch: Number(epoch), seq: Number(seq) };
}
