import type { Writable } from 'node:stream';
import { batchRecords, type Batch } from '@tailgate/broker';
import type { ClosingReason, Position } from '@tailgate/protocol';
import type { SessionEvent, SessionSink } from '../session/session-sink.js';
import { COMMENT, encodeEvent, encodeRetry, type BatchEncoder } from './sse-encoder.js';
import type { StreamObserver } from './stream-observer.js';

/** When a client that has lost its connection comes back: milliseconds. */
const RETRY_MS = 2_000;

/** The event stream on one connection: writes what a session sends, and holds nothing of it. */
export class SseConnection implements SessionSink {
  readonly #output: Writable;
  readonly #encoder: BatchEncoder;
  readonly #observer: StreamObserver;
  #connected = false;

  /** `output`: the connection, after the answer's headers. */
  constructor(output: Writable, encoder: BatchEncoder, observer: StreamObserver) {
    this.#output = output;
    this.#encoder = encoder;
    this.#observer = observer;
  }

  /** The first thing on the stream. */
  begin(): void {
    this.#write(encodeRetry(RETRY_MS));
  }

  /** The whole stream of a viewer that can't be served now. `retry`: when it comes back, in milliseconds. */
  refuse(reason: ClosingReason, retry: number): void {
    this.#write(Buffer.concat([encodeRetry(retry), encodeEvent({ event: 'closing', data: { reason } })]));
    this.end();
  }

  event(event: SessionEvent, id?: Position): boolean {
    if (event.event === 'connected') this.#connected = true;
    // `connected` is the first event. Until then a sign of life is a comment.
    if (event.event === 'ping' && !this.#connected) return this.#write(COMMENT);
    return this.#write(encodeEvent(event, id));
  }

  records(batch: Batch, from: number): boolean {
    const bytes = this.#encoder.encode(batch, from);
    this.#observer.sent(batchRecords(batch) - from, bytes.length);
    return this.#write(bytes);
  }

  end(): void {
    // Not only our half: a client that does not close its own would else stay.
    if (this.#output.writable) this.#output.end(() => this.#output.destroy());
  }

  /** False where bytes wait for the connection: `drain` follows. Nobody reads any more where it was closed. */
  #write(bytes: Buffer): boolean {
    return !this.#output.writable || this.#output.write(bytes);
  }
}
