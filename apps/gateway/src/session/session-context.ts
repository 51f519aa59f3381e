import type { Position } from '@tailgate/protocol';
import type { Clock } from '../feed/clock.js';
import type { Rounds } from '../feed/rounds.js';
import type { SessionObserver } from './session-observer.js';

/** Where a viewer wants to begin. */
export interface SessionStart {
  /** The last position that it was given before; absent for a new viewer. */
  readonly after?: Position;
  /** How many records of history a new viewer gets, and one that can't be told what it has missed. 0 or more. */
  readonly tail: number;
}

/** What the sessions of one process share. */
export interface SessionContext {
  readonly clock: Clock;
  readonly rounds: Rounds;
  readonly observer: SessionObserver;
  /** The name of this gateway. */
  readonly replica: string;
}
