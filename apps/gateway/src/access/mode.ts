import type { IncomingMessage } from 'node:http';
import type { Caller } from './caller.js';

/** What a request brings along to prove who sent it. */
export type Proof = Pick<IncomingMessage, 'headers' | 'rawHeaders' | 'socket'>;

/** A way to know callers: the value of `AUTH`. */
export interface AccessMode {
  readonly name: 'none' | 'jwt' | 'proxy';

  /**
   * Whoever sends the request. Rejects with a `ProblemError`: `unauthorized` where that is not proven, `unavailable` where it can't be
   * known now.
   */
  identify(request: Proof): Promise<Caller>;

  /** Whoever holds the token; rejects as `identify` does. Absent where there are no tokens. */
  verify?(token: string): Promise<Caller>;
}
