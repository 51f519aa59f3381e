import { formatPosition, parseRecord, type ChannelRecord, type Position } from '@tailgate/protocol';
import { chunkRecords, positionAt, type Chunk } from '../filter/chunk.js';
import { recordSpans, withoutCr } from './record-bytes.js';
import { EncodedChunks } from './encoded-chunks.js';
import { eventsFrom, type EncodedEvents, type RecordEncoder } from './record-encoder.js';
import { EVENT_END } from './sse-encoder.js';

/** Lines as unnamed events whose data is the text and nothing else, for `onmessage` and for `curl`; notices are as anywhere. */
export class BareLines implements RecordEncoder {
  readonly ids = 'inside';
  readonly #encoded = new EncodedChunks();

  encode(chunk: Chunk, from: number): EncodedEvents {
    const all = this.#encoded.of(chunk, 0, () => encodeAll(chunk));
    return from === 0 ? all : this.#encoded.of(chunk, from, () => eventsFrom(all, from));
  }
}

function encodeAll(chunk: Chunk): EncodedEvents {
  const payload = withoutCr(chunk.payload);
  const starts = new Uint32Array(chunkRecords(chunk));
  const pieces: Buffer[] = [];
  let written = 0;
  for (const { index, start, end } of recordSpans(chunk, payload)) {
    const json = payload.toString('utf8', start, end);
    const piece = Buffer.from(encodeRecord(positionAt(chunk, index), parseRecord(json), json));
    pieces.push(piece);
    starts[index] = written;
    written += piece.length;
  }
  return { bytes: Buffer.concat(pieces), starts };
}

/** A line end within the line, and a CR, would end the field (WHATWG HTML, 9.2.5): each is a new `data:`, which reads as LF. */
function encodeRecord(at: Position, record: ChannelRecord | undefined, json: string): string {
  const id = `id: ${formatPosition(at)}\n`;
  if (!record || !('line' in record)) return `${id}event: notice\ndata: ${json}${EVENT_END}`;
  const lines = record.line.split(/\r\n|\r|\n/).map((line) => `data: ${line}`);
  return `${id}${lines.join('\n')}${EVENT_END}`;
}
