import { deploymentWriter } from './deployments/deployment-writer.js';
import { offersDeployments, type DemoPlace } from './deployments/offer.js';
import { systemWriterClock } from './deployments/system-clock.js';
import type { Queues } from './queues.js';

/** Works on the jobs of a process that follows files, until the answer is disposed of; what is under way is then left to others. */
export function startWorkers(queues: Queues, place: DemoPlace): AsyncDisposable {
  const workers: AsyncDisposable[] = [];
  if (offersDeployments(place)) workers.push(queues.deployments.work(deploymentWriter(place.logs, systemWriterClock)));
  return {
    async [Symbol.asyncDispose]() {
      await Promise.all(workers.map((worker) => worker[Symbol.asyncDispose]()));
    },
  };
}
