import { DEPLOYMENTS, type DeploymentPlan, type DeploymentProgress } from './deployments/deployment-queue.js';
import type { ChunkStore } from './exports/chunk-store.js';
import { EXPORTS, type ExportPlan, type ExportProgress } from './exports/export-queue.js';
import type { JobQueue, Jobs } from './queue/job-queue.js';

/** All the queues of a process, and what their handlers leave. */
export interface Queues {
  readonly deployments: JobQueue<DeploymentPlan, DeploymentProgress>;
  readonly exports: JobQueue<ExportPlan, ExportProgress>;
  /** The files of exports. */
  readonly chunks: ChunkStore;
}

export function openQueues(jobs: Jobs): Queues {
  return { deployments: jobs.queue(DEPLOYMENTS), exports: jobs.queue(EXPORTS), chunks: jobs.chunks };
}
