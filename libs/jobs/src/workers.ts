import type { LogBroker } from '@tailgate/broker';
import { deploymentWriter } from './deployments/deployment-writer.js';
import { offersDeployments, type DemoPlace } from './deployments/offer.js';
import { systemWriterClock } from './deployments/system-clock.js';
import { exportWriter } from './exports/export-writer.js';
import type { Queues } from './queues.js';

/** Works on the jobs of a process that follows files, until the answer is disposed of; what is under way is then left to others. */
export function startWorkers(queues: Queues, broker: LogBroker, place: DemoPlace): AsyncDisposable {
  const workers = [queues.exports.work(exportWriter(broker, queues.chunks))];
  if (offersDeployments(place)) workers.push(queues.deployments.work(deploymentWriter(place.logs, systemWriterClock)));
  return {
    async [Symbol.asyncDispose]() {
      await Promise.all(workers.map((worker) => worker[Symbol.asyncDispose]()));
    },
  };
}
