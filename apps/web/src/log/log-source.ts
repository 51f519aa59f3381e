import type { Entry } from '@tailgate/client';
import type { ChannelName, PositionText } from '@tailgate/protocol';

/** A position a channel. */
export type Cursors = Readonly<Record<ChannelName, PositionText>>;

/** Oldest first; of several channels merged by time. */
export interface Page {
  readonly entries: readonly Entry[];
  /** There is something further on in the direction that was asked for. */
  readonly more: boolean;
}

/** What a log view shows: one channel, or several as one. */
export interface LogSource {
  /**
   * Hands on what comes from now on, in order, in batches as they arrive; never an empty one. What came before the first listener waits
   * for it. The answer takes the listener away.
   */
  live(listener: (entries: readonly Entry[]) => void): () => void;

  /**
   * The `count` newest entries before the cursors, which are not among them; a channel that is not listed: from its end. Rejects with
   * the signal's reason, or an `Error` whose message can be shown.
   */
  before(cursors: Cursors, count: number, signal: AbortSignal): Promise<Page>;

  /** The `count` oldest entries after the cursors, likewise; a channel that is not listed: from its beginning. */
  after(cursors: Cursors, count: number, signal: AbortSignal): Promise<Page>;
}
