import type { ChannelBounds, ChannelName, Position, StreamEvent } from '@tailgate/protocol';
import type { Chunk } from '../filter/chunk.js';

/** What a session sends of its channel beside records, `connected` and `live`. */
export type SessionEvent = Extract<StreamEvent, { readonly event: 'status' | 'epoch' | 'gap' }>;

/** Where records go. Most viewers of a channel are given the same ones, so there is little between it and the connection. */
export interface RecordSink {
  /** The records of `chunk` from index `from` (0 for the first) to its end. It is shared: the sink holds no copy a viewer. */
  records(chunk: Chunk, from: number, channel: ChannelName): boolean;
}

/**
 * Where a session sends to: its part of one connection.
 *
 * Each method takes what it is given, whatever it answers. `false` means that the connection has more than it can send now: the
 * session hands over nothing more until `Session.drained` is called.
 */
export interface SessionSink {
  /** The same one at all times; its methods answer as these do. */
  readonly recordSink: RecordSink;

  /** The first call. `cursor`: the position before the first record that will be sent. */
  connected(bounds: ChannelBounds, cursor: Position): boolean;

  /** `id`: the cursor of the viewer that has been given this event. */
  event(event: SessionEvent, id?: Position): boolean;

  /** Once: the viewer has reached what was the channel's head when it came. */
  live(): boolean;

  /** The last call: the session has ended itself, because of a fault. */
  failed(): void;
}
