import type { Entry } from '@tailgate/client';
import type { PositionText } from '@tailgate/protocol';

/** What a log view shows: one channel, or several as one. */
export interface LogSource {
  /**
   * Hands on what comes from now on, in order, in batches as they arrive; never an empty one. What came before the first listener waits
   * for it. The answer takes the listener away.
   */
  live(listener: (entries: readonly Entry[]) => void): () => void;
  /**
   * History before `position` (of several channels: the time of the entry at that position decides), oldest first, at most `count`
   * entries; without a position the newest. `more`: there is something before what this answers. Rejects with the signal's reason, or
   * an `Error` whose message can be shown.
   */
  before(position: PositionText | undefined, count: number, signal: AbortSignal): Promise<HistoryPage>;
}

interface HistoryPage {
  readonly entries: readonly Entry[];
  readonly more: boolean;
}
