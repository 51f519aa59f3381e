import type { Duplex } from 'node:stream';
import { printFrame, type ChannelName, type ServerFrame } from '@tailgate/protocol';
import { Outlet, type OutletOwner } from '../connection/outlet.js';
import type { Clock } from '../feed/clock.js';
import { chunkRecords, type Chunk } from '../filter/chunk.js';
import type { RecordSink } from '../session/session-sink.js';
import type { StreamObserver } from '../stream/stream-observer.js';
import type { RecordsFrames } from './records-frames.js';
import { pongFrame, WireFrame } from './wire-frame.js';

export interface FrameContext {
  readonly clock: Clock;
  readonly observer: Pick<StreamObserver, 'sent'>;
  readonly frames: RecordsFrames;
}

/**
 * The way out to one WebSocket client. Frames are made here and not by the WebSocket library, which would make and compress each of
 * them once a viewer; what the library writes itself (close, ping) are whole frames too, so that both can share a connection.
 */
export class FrameOutlet extends Outlet implements RecordSink {
  readonly #context: FrameContext;
  readonly #deflates: boolean;

  /** `deflates`: each message may be compressed on its own. */
  constructor(output: Duplex, context: FrameContext, owner: OutletOwner, deflates: boolean) {
    super(output, context.clock, owner);
    this.#context = context;
    this.#deflates = deflates;
  }

  /** False where it can't take more: `drained` follows. */
  send(frame: ServerFrame): boolean {
    return this.write(new WireFrame(Buffer.from(printFrame(frame))).bytes(this.#deflates));
  }

  records(chunk: Chunk, from: number, channel: ChannelName): boolean {
    const { frames, observer } = this.#context;
    const frame = frames.encode(chunk, from, channel);
    observer.sent(chunkRecords(chunk) - from, frame.length);
    return this.write(frame.bytes(this.#deflates));
  }

  /** Tells what was wrong with a frame. `channel`: what the client called it. */
  refuse(code: string, message: string, channel?: string): boolean {
    return this.send({ type: 'error', code, message, ...(channel !== undefined && { channel }) });
  }

  pong(payload: Buffer): boolean {
    return this.write(pongFrame(payload));
  }
}
