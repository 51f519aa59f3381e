import type { Writable } from 'node:stream';
import type { ChannelName } from '@tailgate/protocol';
import { Outlet, type OutletOwner } from '../connection/outlet.js';
import type { Clock } from '../feed/clock.js';
import { chunkRecords, type Chunk } from '../filter/chunk.js';
import type { RecordSink } from '../session/session-sink.js';
import type { StreamFormat } from './stream-format.js';
import type { StreamObserver } from './stream-observer.js';

export interface StreamOutletContext {
  readonly clock: Clock;
  readonly observer: Pick<StreamObserver, 'sent'>;
}

/** The way out to the client of an event stream. */
export class StreamOutlet extends Outlet implements RecordSink {
  readonly #format: StreamFormat;
  readonly #context: StreamOutletContext;

  constructor(output: Writable, context: StreamOutletContext, owner: OutletOwner, format: StreamFormat) {
    super(output, context.clock, owner);
    this.#format = format;
    this.#context = context;
  }

  /** What this viewer alone is sent. */
  own(...pieces: readonly Buffer[]): boolean {
    return this.writeAll(this.#format.coding.own(pieces));
  }

  /** For records with their ids inside. */
  records(chunk: Chunk, from: number, channel: ChannelName): boolean {
    return this.write(this.#shared(chunk, from, channel));
  }

  /** For a chunk with one id, which is this viewer's own. */
  recordsBehind(id: Buffer, chunk: Chunk, from: number, channel: ChannelName): boolean {
    return this.writeAll([...this.#format.coding.own([id]), this.#shared(chunk, from, channel)]);
  }

  endWith(...last: readonly Buffer[]): void {
    this.end(Buffer.concat(this.#format.coding.own(last)));
  }

  #shared(chunk: Chunk, from: number, channel: ChannelName): Buffer {
    const { records, coding } = this.#format;
    const { bytes } = records.encode(chunk, from, channel);
    this.#context.observer.sent(chunkRecords(chunk) - from, bytes.length);
    return coding.shared(bytes);
  }
}
