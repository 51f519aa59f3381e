import { formatPosition, parseRecord, type ChannelBounds, type Position, type StreamEvent } from '@tailgate/protocol';
import { positionAt, type Chunk } from '../../filter/chunk.js';
import type { RecordSink, SessionEvent, SessionSink } from '../session-sink.js';

/** What a stream carries beside records. */
type OtherEvent = Exclude<StreamEvent, { readonly event: 'log' | 'notice' | 'lines' }>;

/** What a viewer has been sent, one by one. */
export type Sent =
  { readonly event: 'log'; readonly id: string; readonly line: string } | (OtherEvent & { readonly id?: string });

/** Keeps all that a session sends, and is full when a test says so. */
export class RecordingSink implements SessionSink, RecordSink {
  readonly recordSink = this;
  readonly sent: Sent[] = [];
  full = false;
  ended = false;
  /** How often records were handed over. */
  writes = 0;

  connected(bounds: ChannelBounds, cursor: Position): boolean {
    const data = { channels: [bounds], replica: 'test' };
    this.sent.push({ event: 'connected', data, id: formatPosition(cursor) });
    return !this.full;
  }

  event(event: SessionEvent, id?: Position): boolean {
    this.sent.push(id ? { ...event, id: formatPosition(id) } : event);
    return !this.full;
  }

  live(): boolean {
    this.sent.push({ event: 'live', data: {} });
    return !this.full;
  }

  records(chunk: Chunk, from: number): boolean {
    this.writes += 1;
    const records = chunk.payload.toString().trimEnd().split('\n');
    for (const [index, json] of records.entries()) {
      if (index < from) continue;
      const record = parseRecord(json);
      const line = record && 'line' in record ? record.line : json;
      this.sent.push({ event: 'log', id: formatPosition(positionAt(chunk, index)), line });
    }
    return !this.full;
  }

  failed(): void {
    this.ended = true;
  }

  /** The id that a client would come back with. */
  get lastId(): string | undefined {
    return this.sent.findLast(({ id }) => id !== undefined)?.id;
  }

  /** The names of the events, `log` once for each run of records. */
  get names(): readonly string[] {
    return this.sent.map(({ event }) => event).filter((name, index, all) => name !== 'log' || all[index - 1] !== 'log');
  }

  get lines(): readonly string[] {
    return this.sent.flatMap((sent) => (sent.event === 'log' ? [sent.line] : []));
  }

  /** The data of every event of that name. */
  dataOf(name: OtherEvent['event']): readonly unknown[] {
    return this.sent.flatMap((sent) => (sent.event === name && 'data' in sent ? [sent.data] : []));
  }
}
