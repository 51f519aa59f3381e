import { DEPLOYMENTS, type DeploymentPlan, type DeploymentProgress } from './deployments/deployment-queue.js';
import type { JobQueue, Jobs } from './queue/job-queue.js';

/** All the queues of a process. */
export interface Queues {
  readonly deployments: JobQueue<DeploymentPlan, DeploymentProgress>;
}

export function openQueues(jobs: Jobs): Queues {
  return { deployments: jobs.queue(DEPLOYMENTS) };
}
