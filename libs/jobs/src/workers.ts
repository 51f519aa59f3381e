import type { LogBroker, SourceLeases, TailerSigns } from '@tailgate/broker';
import type { AlertRule } from './alerts/alert-rule.js';
import { AlertWatches } from './alerts/alert-watches.js';
import { deploymentWriter } from './deployments/deployment-writer.js';
import { offersDeployments, type DemoPlace } from './deployments/offer.js';
import { systemWriterClock } from './deployments/system-clock.js';
import { exportWriter } from './exports/export-writer.js';
import type { JobHandler, JobQueue } from './queue/job-queue.js';
import type { Queues } from './queues.js';
import { scheduleRetention } from './retention/retention-schedule.js';
import { retentionSweep } from './retention/retention-sweep.js';
import type { AddressRange } from './webhooks/address-rule.js';
import { webhookSender } from './webhooks/webhook-sender.js';

/** What the configuration says of jobs. */
export interface WorkerOptions extends DemoPlace {
  /** Rules of the configuration. */
  readonly alerts?: readonly AlertRule[] | undefined;
  /** Milliseconds; absent where nothing is let go of for its age, or for a channel's. */
  readonly retainAge?: number | undefined;
  readonly retainIdle?: number | undefined;
  /** Addresses that are not public, and that webhooks may be sent to all the same. */
  readonly webhookAllow: readonly AddressRange[];
}

/** Is told how the jobs of this process go. */
export interface WorkerObserver {
  /** A turn at a job has ended. `failed`: it is tried again, or has failed for good; `left`: to another worker. */
  ended(queue: string, outcome: 'finished' | 'failed' | 'left'): void;
  /** There is a new alert. */
  alerted(): void;
  /** Something in the background went wrong, and is tried again. */
  trouble(what: string, error: Error): void;
}

/** Works on the jobs of a process that follows files, until the answer is disposed of; what is under way is then left to others. */
export function startWorkers(
  queues: Queues,
  broker: LogBroker & SourceLeases & TailerSigns,
  options: WorkerOptions,
  observer: WorkerObserver,
): AsyncDisposable {
  const { alerts: rules = [], logs, retainAge, retainIdle, webhookAllow } = options;
  const work = <Data, Progress>(name: string, queue: JobQueue<Data, Progress>, handler: JobHandler<Data, Progress>) =>
    queue.work(observed(name, handler, observer));
  const workers: AsyncDisposable[] = [
    work('exports', queues.exports, exportWriter(broker, queues.chunks)),
    work('webhooks', queues.deliveries, webhookSender(webhookAllow)),
    new AlertWatches({
      broker,
      rules,
      store: queues.alerts,
      deliveries: queues.deliveries,
      onAlert: () => observer.alerted(),
      onTrouble: (error) => observer.trouble('alerts', error),
    }),
  ];
  let schedule: Disposable | undefined;
  if (retainAge !== undefined || retainIdle !== undefined) {
    workers.push(work('retention', queues.retention, retentionSweep(broker)));
    const plan = retainIdle === undefined ? {} : { retainIdle };
    schedule = scheduleRetention(queues.retention, plan, (error) => observer.trouble('retention', error));
  }
  if (offersDeployments(options))
    workers.push(work('deployments', queues.deployments, deploymentWriter(logs, systemWriterClock)));
  return {
    async [Symbol.asyncDispose]() {
      schedule?.[Symbol.dispose]();
      await Promise.all(workers.map((worker) => worker[Symbol.asyncDispose]()));
    },
  };
}

function observed<Data, Progress>(
  name: string,
  handler: JobHandler<Data, Progress>,
  observer: WorkerObserver,
): JobHandler<Data, Progress> {
  return async (run) => {
    try {
      await handler(run);
      observer.ended(name, 'finished');
    } catch (error) {
      observer.ended(name, run.signal.aborted ? 'left' : 'failed');
      throw error;
    }
  };
}
