import type { LogBroker } from '@tailgate/broker';
import type { KeptBatches } from '../append/kept-batches.js';
import type { SourceName, TailingObserver } from '../observer.js';
import type { LeaseStatus } from '../share/leases.js';
import type { Troubles } from '../troubles.js';
import type { Claims } from './claims.js';
import type { FileOptions } from './followed-file.js';
import type { StoredCheckpoints } from './stored-checkpoints.js';

export interface SourceOptions extends FileOptions {
  /** An unfinished line goes out as partial after so long without a change. */
  readonly partialAfterMs: number;
  /** A file that left the path is given up after so long without a change. */
  readonly rotatedCloseMs: number;
}

/** What the sources of one tailing share. */
export interface SourceContext {
  readonly broker: LogBroker;
  readonly claims: Claims;
  readonly stored: StoredCheckpoints;
  readonly kept: KeptBatches;
  readonly observer: TailingObserver;
  readonly troubles: Troubles;
  /** Milliseconds that only grow. */
  readonly clock: () => number;
  /** What time it is, for the records: milliseconds since the Unix epoch. */
  readonly wallClock: () => number;
  /** Ends the tries to append. */
  readonly signal: AbortSignal;
  /** Whether it is this process that follows the source; asked before each read and each append. Absent: always. */
  readonly lease?: (source: SourceName) => LeaseStatus;
  /** Told when a source has stopped since it is another's. */
  readonly rested?: (source: SourceName) => void;
}

/** When a source may have its next turn. */
export interface NextTurn {
  /** How many records this turn has submitted. */
  readonly records: number;

  /** Not before this resolves. Never rejects. Then at once if `wantsTurn`, or if something was heard of it in between. */
  readonly ready: Promise<void>;
  /** Else at this time: milliseconds of the tailing's clock. */
  readonly at: number;
}
