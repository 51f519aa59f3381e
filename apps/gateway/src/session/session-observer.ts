import type { GapReason } from '@tailgate/protocol';

/** Is told what sessions do, for metrics and logs. Must not throw. */
export interface SessionObserver {
  sessionOpened(): void;
  sessionClosed(): void;

  /** A viewer was told of a gap. */
  gapSent(reason: GapReason): void;

  /** A viewer that was live could not take more, and reads history from now on. */
  viewerSlow(): void;

  /** A session was ended because of a fault in this program or in what is stored. */
  sessionFailed(error: unknown): void;
}
