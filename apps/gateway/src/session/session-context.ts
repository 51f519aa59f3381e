import type { Clock } from '../feed/clock.js';
import type { Rounds } from '../feed/rounds.js';
import type { Filtering } from '../filter/filtering.js';
import type { Beginnings } from './beginnings.js';
import type { SessionObserver } from './session-observer.js';

/** What the sessions of one process share. */
export interface SessionContext {
  readonly clock: Clock;
  readonly rounds: Rounds;
  readonly filtering: Filtering;
  readonly beginnings: Beginnings;
  readonly observer: SessionObserver;
}
