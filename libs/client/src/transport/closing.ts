import type { ClosingReason } from '@tailgate/protocol';
import { ending, type Ending } from '../client-error.js';

/** What a server that says `closing` wants. `pauseMs`: after how long it wants its clients back, where it has too many. */
export function endingOf(reason: ClosingReason, pauseMs?: number): Ending {
  const retry = reason === 'expired' ? 'new-token' : 'back-off';
  return ending(retry, reason, `the server ends it: ${reason}`, undefined, reason === 'too-many' ? pauseMs : 0);
}
