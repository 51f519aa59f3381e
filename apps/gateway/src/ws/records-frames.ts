import { formatPosition, type ChannelName } from '@tailgate/protocol';
import { chunkRecords, hashField, positionAt, type Chunk } from '../filter/chunk.js';
import { closingBrace, recordSpans } from '../stream/record-bytes.js';
import { WireFrame } from './wire-frame.js';

const COMMA = Buffer.from(',');

/** Chunks as `records` frames, each made once for all viewers. Records are copied as bytes: their JSON is not parsed. */
export class RecordsFrames {
  readonly #frames = new WeakMap<Chunk, WireFrame>();

  /** The records from index `from` (0 for the first) on; at least one. */
  encode(chunk: Chunk, from: number, channel: ChannelName): WireFrame {
    if (from > 0) return encode(chunk, from, channel);
    let frame = this.#frames.get(chunk);
    if (!frame) this.#frames.set(chunk, (frame = encode(chunk, 0, channel)));
    return frame;
  }
}

function encode(chunk: Chunk, from: number, channel: ChannelName): WireFrame {
  const first = formatPosition(positionAt(chunk, from));
  const last = chunkRecords(chunk) - 1;
  const pieces: Buffer[] = [Buffer.from(`{"type":"records","channel":"${channel}","first":"${first}","records":[`)];
  const { payload } = chunk;
  const hash = hashField(chunk);
  for (const span of recordSpans(chunk, payload)) {
    const { index, start, end } = span;
    if (index < from) continue;
    if (index > from) pieces.push(COMMA);
    if (hash === '' || index < last) pieces.push(payload.subarray(start, end));
    else pieces.push(payload.subarray(start, closingBrace(payload, span)), Buffer.from(`${hash}}`));
  }
  pieces.push(Buffer.from(`]${chunk.seqs ? idsOf(chunk, from) : ''}}`));
  return new WireFrame(...pieces);
}

/** With a filter there are holes between the records. */
function idsOf(chunk: Chunk, from: number): string {
  const ids: string[] = [];
  for (let index = from; index < chunkRecords(chunk); index += 1)
    ids.push(`"${formatPosition(positionAt(chunk, index))}"`);
  return `,"ids":[${ids.join(',')}]`;
}
