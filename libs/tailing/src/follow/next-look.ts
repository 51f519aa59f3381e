import type { Lineage } from './lineage.js';
import { pollInterval } from './poll-interval.js';
import type { SourceOptions } from './source-context.js';

/** A file that another source lets go of is to be taken up so soon. */
const TAKEN_LOOK_MS = 1_000;

/** While the file at the path waits for those before it, it is looked at this often. */
const BEHIND_LOOK_MS = 100;

/** Late lines of a file that left its path are looked for this often. */
const ROTATED_LOOK_MS = 1_000;

interface SourceState {
  /** Milliseconds of the tailing's clock. */
  readonly now: number;
  /** When the path had a file for the last time: as `now`. */
  readonly presentAt: number;
  /** Another source follows the file at the path. */
  readonly isElsewhere: boolean;
  /** The longest time between two looks. */
  readonly pollMaxMs: number;
}

/** When a source should look again, at its path and at its files, though nothing was heard of them: always later than now. */
export function nextLook(
  { current, files, isBehind }: Lineage,
  { partialAfterMs, rotatedCloseMs }: Pick<SourceOptions, 'partialAfterMs' | 'rotatedCloseMs'>,
  { now, presentAt, isElsewhere, pollMaxMs }: SourceState,
): number {
  const maxMs = isBehind ? BEHIND_LOOK_MS : isElsewhere ? TAKEN_LOOK_MS : pollMaxMs;
  const flushes = files.filter((file) => file.lag > 0 || file.reader?.holdsAny === true);
  const gone = files.filter((file) => !file.atPath && file.isOpen);
  const times = [
    now + pollInterval(now - (current?.changedAt ?? presentAt), maxMs),
    ...flushes.map((file) => file.changedAt + partialAfterMs),
    ...gone.map((file) => Math.min(now + ROTATED_LOOK_MS, file.changedAt + rotatedCloseMs)),
  ];
  // What is due already was done in this turn, or can't be done.
  return Math.min(...times.filter((time) => time > now));
}
