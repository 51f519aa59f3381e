import { LocalJobs, openQueues, RedisJobs, type Queues } from '@tailgate/jobs';
import { JobsReport, type Runtime } from '@tailgate/runtime';
import type { GatewayConfig } from '../config/gateway-config.js';

/** The queues, and how they come to be there. Whoever opened them closes them. */
export interface OpenedJobs extends AsyncDisposable {
  readonly queues: Queues;
  readonly report: JobsReport;
  /** Resolves with the first contact. Rejects as `RedisJobs.open` does. */
  open(): Promise<void>;
}

/** The queues that the configuration asks for. Until they are open, those in Redis reject what is asked of them. */
export function openJobs(
  { redisUrl: url, redisPrefix: keyPrefix, follow }: GatewayConfig,
  runtime: Runtime,
): OpenedJobs {
  const report = new JobsReport(runtime.logger, runtime.metrics);
  if (url === undefined) {
    const nothing = () => Promise.resolve();
    return { queues: openQueues(new LocalJobs()), report, open: nothing, [Symbol.asyncDispose]: nothing };
  }
  const jobs = new RedisJobs({ url, keyPrefix, onTrouble: (queue, error) => report.trouble(queue, error) });
  return {
    queues: openQueues(jobs),
    report,
    open: () => jobs.open(follow),
    [Symbol.asyncDispose]: () => jobs[Symbol.asyncDispose](),
  };
}
