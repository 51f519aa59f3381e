import type { Batch } from '@tailgate/broker';
import type { Position, StreamEvent } from '@tailgate/protocol';

/** What a session sends beside records. */
export type SessionEvent = Exclude<StreamEvent, { readonly event: 'log' | 'notice' | 'lines' }>;

/**
 * Where a session sends to: the edge of one connection.
 *
 * Each method takes what it is given, whatever it answers. `false` means that the connection has more than it can send now: the
 * session hands over nothing but small events until `Session.drained` is called.
 */
export interface SessionSink {
  /** `id`: the cursor of the viewer that has been given this event. The first is `connected`, but for pings while it is awaited. */
  event(event: SessionEvent, id?: Position): boolean;

  /** The records of `batch` from index `from` (0 for the first) to its end. The batch is shared: the sink holds no copy a viewer. */
  records(batch: Batch, from: number): boolean;

  /** Nothing comes after this. */
  end(): void;
}
