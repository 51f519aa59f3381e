import type { Position } from '@tailgate/protocol';
import type { LineFilter } from '@tailgate/history';

/** Where a viewer wants to begin, and what it wants to see. */
export interface SessionStart {
  /** The last position that it was given before; absent for a new viewer. Wins over `since`. */
  readonly after?: Position;
  /** A new viewer gets the records from the first one on that is not older: milliseconds since the Unix epoch. Wins over `tail`. */
  readonly since?: number;
  /** How many records of history a new viewer gets, and one that can't be told what it has missed. With a filter, how many of those. */
  readonly tail: number;
  /** Absent where everything is to be seen. */
  readonly filter?: LineFilter;
}
