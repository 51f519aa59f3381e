import { formatPosition, type ChannelName } from '@tailgate/protocol';
import { chunkRecords, positionAt, type Chunk } from '../filter/chunk.js';
import { recordSpans } from '../stream/record-bytes.js';
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
  const pieces: Buffer[] = [Buffer.from(`{"type":"records","channel":"${channel}","first":"${first}","records":[`)];
  for (const { index, start, end } of recordSpans(chunk, chunk.payload)) {
    if (index < from) continue;
    if (index > from) pieces.push(COMMA);
    pieces.push(chunk.payload.subarray(start, end));
  }
  pieces.push(Buffer.from(`]${chunk.seqs ? idsOf(chunk, from) : ''}}`));
  return new WireFrame(Buffer.concat(pieces));
}

/** With a filter there are holes between the records. */
function idsOf(chunk: Chunk, from: number): string {
  const ids: string[] = [];
  for (let index = from; index < chunkRecords(chunk); index += 1)
    ids.push(`"${formatPosition(positionAt(chunk, index))}"`);
  return `,"ids":[${ids.join(',')}]`;
}
