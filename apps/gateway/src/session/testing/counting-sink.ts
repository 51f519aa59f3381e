import type { Position } from '@tailgate/protocol';
import { positionAt, type Chunk } from '../../filter/chunk.js';
import type { RecordSink, SessionEvent, SessionSink } from '../session-sink.js';

/** Keeps nothing of what it is given but how far it goes: for thousands of viewers. Throws where a record is missing or comes twice. */
export class CountingSink implements SessionSink, RecordSink {
  readonly recordSink = this;
  gaps = 0;
  ended = false;

  /** `last`: what the viewer was given before. */
  constructor(public last: Position) {}

  event({ event }: SessionEvent): boolean {
    if (event === 'gap') this.gaps += 1;
    return true;
  }

  connected(): boolean {
    return true;
  }

  live(): boolean {
    return true;
  }

  records(chunk: Chunk, from: number): boolean {
    const first = positionAt(chunk, from);
    if (first.epoch !== this.last.epoch || first.seq !== this.last.seq + 1)
      throw new Error(`after ${this.last.seq} comes ${first.seq}`);
    this.last = chunk.last;
    return true;
  }

  failed(): void {
    this.ended = true;
  }
}
