import { formatPosition, type ChannelName, type Position } from '@tailgate/protocol';
import { chunkRecords, hashField, positionAt, type Chunk } from '../filter/chunk.js';
import { closingBrace, recordSpans, withoutCr } from './record-bytes.js';
import { EncodedChunks } from './encoded-chunks.js';
import type { EncodedEvents, RecordEncoder } from './record-encoder.js';
import { placedFields } from './record-events.js';
import { EVENT_END } from './sse-encoder.js';

/** `batch=1`: an event a chunk, `lines`, whose data is the array of its records and whose id is the last one's. */
export function linesEvents(): RecordEncoder {
  return new LinesEvents('inside');
}

/** The same for a stream with a filter: each record says its position. */
export function filteredLines(): RecordEncoder {
  return new LinesEvents('inside', (at) => `,"id":"${formatPosition(at)}"`);
}

/** The same for a stream of several channels: each record says its channel and position. */
export function placedLines(): RecordEncoder {
  return new LinesEvents('once', placedFields);
}

const EMPTY = Buffer.alloc(0);
const COMMA = Buffer.from(',');
const ONE_START = new Uint32Array(1);

class LinesEvents implements RecordEncoder {
  readonly #fields: ((at: Position, channel: ChannelName) => string) | undefined;
  readonly #encoded = new EncodedChunks();

  /** `fields`: what is added to each record, beginning with a comma. */
  constructor(
    readonly ids: 'inside' | 'once',
    fields?: (at: Position, channel: ChannelName) => string,
  ) {
    this.#fields = fields;
  }

  encode(chunk: Chunk, from: number, channel: ChannelName): EncodedEvents {
    return this.#encoded.of(chunk, from, () => this.#encode(chunk, from, channel));
  }

  #encode(chunk: Chunk, from: number, channel: ChannelName): EncodedEvents {
    const payload = withoutCr(chunk.payload);
    const pieces: Buffer[] = [];
    const last = chunkRecords(chunk) - 1;
    for (const span of recordSpans(chunk, payload)) {
      if (span.index < from) continue;
      pieces.push(span.index === from ? EMPTY : COMMA);
      const hash = span.index === last ? hashField(chunk) : '';
      const added = (this.#fields?.(positionAt(chunk, span.index), channel) ?? '') + hash;
      if (added === '') pieces.push(payload.subarray(span.start, span.end));
      else pieces.push(payload.subarray(span.start, closingBrace(payload, span)), Buffer.from(`${added}}`));
    }
    const id = this.ids === 'inside' ? `id: ${formatPosition(positionAt(chunk, last))}\n` : '';
    const head = Buffer.from(`${id}event: lines\ndata: [`);
    return { bytes: Buffer.concat([head, ...pieces, Buffer.from(`]${EVENT_END}`)]), starts: ONE_START };
  }
}
