import { printStreamEvent, type StreamEvent } from '@tailgate/protocol';

/**
 * How an event stream is written (WHATWG HTML, "Server-sent events", 9.2.5 and 9.2.6): what is not a record. Records are written by
 * the `RecordEncoder`s beside this.
 */

/** What every event ends with. */
export const EVENT_END = '\n\n';

/** The time after which a client reconnects, in milliseconds: the first thing on a stream. */
export function encodeRetry(milliseconds: number): Buffer {
  return Buffer.from(`retry: ${milliseconds}${EVENT_END}`);
}

/** Bytes that keep a connection from idling, and are no event. */
export const COMMENT = Buffer.from(`:${EVENT_END}`);

/** The line before an event that becomes the client's `Last-Event-ID`. */
export function encodeId(id: string): Buffer {
  return Buffer.from(`id: ${id}\n`);
}

/** What is no record. */
type OtherEvent = Exclude<StreamEvent, { readonly event: 'log' | 'notice' | 'lines' }>;

/** One event beside the records; `more` is added to its data. */
export function encodeEvent(event: OtherEvent, more?: Readonly<Record<string, unknown>>): Buffer {
  const data = more ? JSON.stringify({ ...event.data, ...more }) : printStreamEvent(event);
  return Buffer.from(`event: ${event.event}\ndata: ${data}${EVENT_END}`);
}
