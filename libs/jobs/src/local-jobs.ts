import { MemoryAlerts } from './alerts/memory-alerts.js';
import { MemoryChunks } from './exports/memory-chunks.js';
import type { JobQueue, QueueRules } from './queue/job-queue.js';
import type { Jobs } from './jobs.js';
import { LocalQueue } from './queue/local-queue.js';

/** Jobs of one process, which end with it. */
export class LocalJobs implements Jobs {
  readonly chunks = new MemoryChunks();
  readonly alerts = new MemoryAlerts();

  queue<Data, Progress>(rules: QueueRules<Data, Progress>): JobQueue<Data, Progress> {
    return new LocalQueue(rules);
  }
}
