import type { AlertStore } from './alerts/alert-store.js';
import { DEPLOYMENTS, type DeploymentPlan, type DeploymentProgress } from './deployments/deployment-queue.js';
import type { ChunkStore } from './exports/chunk-store.js';
import { EXPORTS, type ExportPlan, type ExportProgress } from './exports/export-queue.js';
import type { Jobs } from './jobs.js';
import type { JobQueue } from './queue/job-queue.js';
import { RETENTION, type RetentionPlan, type RetentionProgress } from './retention/retention-queue.js';
import { WEBHOOKS, type Delivery, type DeliveryProgress } from './webhooks/webhook-queue.js';

/** All the queues of a process, and what stands beside them. */
export interface Queues {
  readonly deployments: JobQueue<DeploymentPlan, DeploymentProgress>;
  readonly exports: JobQueue<ExportPlan, ExportProgress>;
  /** The files of exports. */
  readonly chunks: ChunkStore;
  readonly retention: JobQueue<RetentionPlan, RetentionProgress>;
  /** Alerts on their way to webhooks. */
  readonly deliveries: JobQueue<Delivery, DeliveryProgress>;
  /** The rules that alerts come from. */
  readonly alerts: AlertStore;
}

export function openQueues(jobs: Jobs): Queues {
  const { chunks, alerts } = jobs;
  return {
    deployments: jobs.queue(DEPLOYMENTS),
    exports: jobs.queue(EXPORTS),
    chunks,
    retention: jobs.queue(RETENTION),
    deliveries: jobs.queue(WEBHOOKS),
    alerts,
  };
}
