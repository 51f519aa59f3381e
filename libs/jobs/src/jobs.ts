import type { AlertStore } from './alerts/alert-store.js';
import type { ChunkStore } from './exports/chunk-store.js';
import type { JobQueue, QueueRules } from './queue/job-queue.js';

/** Where queues come from, and what their handlers leave: this process, or the Redis that all share. */
export interface Jobs {
  readonly chunks: ChunkStore;
  readonly alerts: AlertStore;

  /** To be called once a process for the same rules. */
  queue<Data, Progress>(rules: QueueRules<Data, Progress>): JobQueue<Data, Progress>;
}
