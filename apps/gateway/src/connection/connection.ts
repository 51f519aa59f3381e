import type { ClosingReason } from '@tailgate/protocol';
import type { Caller } from './caller.js';

/** Is told of a connection that is closed, by whomever. One for all of them: each has thousands beside it. */
export type OnClosed = (connection: Connection) => void;

/** A viewer's connection, whatever its transport, as those see it who look after all of them. */
export interface Connection {
  readonly caller: Caller;

  /** Since when the viewer has taken nothing, though there is something for it: milliseconds since the Unix epoch. */
  readonly stuckSince: number | undefined;

  /** A second has passed. `now`: milliseconds since the Unix epoch. */
  beat(now: number): void;

  /** Tells why, and ends; the viewer may take its last bytes yet. More calls do nothing. */
  close(reason: ClosingReason): void;

  /** Ends at once. */
  cut(): void;
}
