const MIN_MS = 500;

/** Where notifications can be relied on, a look is only for the case that one was lost. */
export const LOCAL_POLL_MAX_MS = 60_000;

/** Where there may be none: network and desktop mounts. */
export const REMOTE_POLL_MAX_MS = 5_000;

/**
 * How long to wait before the next look at a file that has not changed for `idleMs`: half of that, so that a file which is written
 * to now and then is seen soon, and thousands which are not cost next to nothing. Notifications come in between.
 */
export function pollInterval(idleMs: number, maxMs: number): number {
  return Math.min(maxMs, Math.max(MIN_MS, idleMs / 2));
}
