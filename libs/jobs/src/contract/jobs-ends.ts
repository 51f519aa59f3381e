import type { Jobs } from '../jobs.js';

/** Two ends of the queues that one test has for itself; of those of one process both are the same. */
export interface JobsEnds extends AsyncDisposable {
  readonly one: Jobs;
  readonly other: Jobs;
}
