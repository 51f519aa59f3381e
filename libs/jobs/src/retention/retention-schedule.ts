import type { JobQueue } from '../queue/job-queue.js';
import type { RetentionPlan, RetentionProgress } from './retention-queue.js';

/** From sweep to sweep: milliseconds. */
const EVERY_MS = 10 * 60_000;

/**
 * Asks for a sweep every ten minutes, until it is disposed of. Each process does so, and each sweep has an id that follows from the time:
 * of several that are asked for one is made.
 */
export function scheduleRetention(
  queue: JobQueue<RetentionPlan, RetentionProgress>,
  plan: RetentionPlan,
  onTrouble: (error: Error) => void,
): Disposable {
  const ask = () => {
    queue
      .add(`sweep-${Math.floor(Date.now() / EVERY_MS)}`, plan)
      .catch((error: unknown) => onTrouble(error instanceof Error ? error : new Error(String(error))));
  };
  const timer = setInterval(ask, EVERY_MS);
  timer.unref();
  ask();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
