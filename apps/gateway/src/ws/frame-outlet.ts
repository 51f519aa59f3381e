import type { Duplex } from 'node:stream';
import { printFrame, type ServerFrame } from '@tailgate/protocol';
import { Outlet, type OutletOwner } from '../connection/outlet.js';
import type { Clock } from '../feed/clock.js';
import { pongFrame, WireFrame } from './wire-frame.js';

/**
 * The way out to one WebSocket client. Frames are made here and not by the WebSocket library, which would make and compress each of
 * them once a viewer; what the library writes itself (close, ping) are whole frames too, so that both can share a connection.
 */
export class FrameOutlet {
  readonly #outlet: Outlet;
  readonly #deflates: boolean;

  /** `deflates`: each message may be compressed on its own. */
  constructor(output: Duplex, clock: Clock, owner: OutletOwner, deflates: boolean) {
    this.#outlet = new Outlet(output, clock, owner);
    this.#deflates = deflates;
  }

  get isFull(): boolean {
    return this.#outlet.isFull;
  }

  get fullSince(): number | undefined {
    return this.#outlet.fullSince;
  }

  /** False where it can't take more: `drained` follows. */
  send(frame: ServerFrame): boolean {
    return this.write(new WireFrame(Buffer.from(printFrame(frame))));
  }

  /** Tells what was wrong with a frame. `channel`: what the client called it. */
  refuse(code: string, message: string, channel?: string): boolean {
    return this.send({ type: 'error', code, message, ...(channel !== undefined && { channel }) });
  }

  write(frame: WireFrame): boolean {
    return this.#outlet.write(...frame.pieces(this.#deflates));
  }

  pong(payload: Buffer): boolean {
    return this.#outlet.write(...pongFrame(payload));
  }

  cut(): void {
    this.#outlet.cut();
  }
}
