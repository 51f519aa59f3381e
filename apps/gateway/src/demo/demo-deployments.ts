import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { LogBroker } from '@tailgate/broker';
import {
  demoPath,
  MAX_DEPLOYMENTS,
  type DeploymentPlan,
  type DeploymentProgress,
  type Job,
  type JobQueue,
} from '@tailgate/jobs';
import { parseChannel, type ChannelName } from '@tailgate/protocol';
import type { LogTemplate } from '@tailgate/tailing';
import { ProblemError } from '../http/problem-error.js';

/** How long a deployment may take to begin: milliseconds. Then nobody is there who would. */
const BEGIN_MS = 5_000;

/** How often it is looked whether it has: milliseconds. */
const LOOK_MS = 25;

export interface DemoContext {
  /** Whether there are any: `DEMO`. */
  readonly demo: boolean;
  /** Where the files are looked for, if this process alone writes and follows them. */
  readonly logs: readonly LogTemplate[] | undefined;
  readonly broker: Pick<LogBroker, 'bounds'>;
  readonly queue: JobQueue<DeploymentPlan, DeploymentProgress>;
}

/** A deployment that was asked for, and how far it is. */
export interface Deployment extends DeploymentPlan {
  readonly id: string;
  readonly state: 'running' | 'finished' | 'failed';
  readonly written: number;
  /** Milliseconds since the Unix epoch. */
  readonly started: number;
}

/** Asks for demo deployments: whoever follows files writes their log files, where they are followed like any other. */
export class DemoDeployments {
  /** One is asked for after the other, so that the limit holds; never rejects. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly context: DemoContext) {}

  /** The newest first, whichever gateway was asked. */
  async list(): Promise<readonly Deployment[]> {
    return (await this.context.queue.list()).map(deploymentOf);
  }

  /** The channel of a deployment of this name, or of one that nobody has had. */
  channelFor(name = `demo-${randomBytes(4).toString('hex')}`): { readonly id: string; readonly channel: ChannelName } {
    const channel = parseChannel(`deployment/${name}`);
    if (channel === undefined) throw new ProblemError('bad_channel', `deployment/${name} is no channel.`);
    return { id: name, channel };
  }

  /**
   * Resolves when it has begun to write. Rejects with `forbidden` where there is no demo, `too_many_requests` where `MAX_DEPLOYMENTS`
   * run, `deployment_exists`, and `unavailable` where nobody writes its file.
   */
  async start(id: string, plan: DeploymentPlan): Promise<void> {
    const { demo, logs } = this.context;
    if (!demo) throw new ProblemError('forbidden', 'There are no demo deployments here: DEMO is off.');
    if (logs && demoPath(logs, plan.channel) === undefined) throw elsewhere();
    const added = this.#turn.then(() => this.#add(id, plan));
    this.#turn = added.catch(() => undefined);
    await added;
    await this.#begun(id);
  }

  async #add(id: string, plan: DeploymentPlan): Promise<void> {
    const { broker, queue } = this.context;
    if ((await queue.open()) >= MAX_DEPLOYMENTS) throw tooMany();
    if ((await broker.bounds(plan.channel)) || !(await queue.add(id, plan)))
      throw new ProblemError('deployment_exists');
  }

  async #begun(id: string): Promise<void> {
    const { queue } = this.context;
    const deadline = performance.now() + BEGIN_MS;
    while (performance.now() < deadline) {
      const job = await queue.get(id);
      if (job?.progress?.isMade === true) return;
      if (job?.state === 'failed') {
        await queue.remove(id);
        throw problemOf(job);
      }
      await setTimeout(LOOK_MS);
    }
    // Somebody has begun just now.
    if (!(await queue.remove(id))) return;
    if ((await queue.open()) >= MAX_DEPLOYMENTS) throw tooMany();
    throw new ProblemError(
      'unavailable',
      'Nobody writes demo deployments: no tailer runs that has DEMO on, no SOURCE_HOST, and a template for deployment/{name} in LOGS.',
    );
  }
}

function deploymentOf({ id, data, state, progress, added }: Job<DeploymentPlan, DeploymentProgress>): Deployment {
  const written = state === 'finished' ? data.lines : (progress?.written ?? 0);
  return { id, ...data, state: state === 'open' ? 'running' : state, written, started: added };
}

function problemOf({ failure }: Job<DeploymentPlan, DeploymentProgress>): ProblemError {
  switch (failure?.code) {
    case 'deployment_exists':
      return new ProblemError('deployment_exists', failure.message);
    case 'elsewhere':
      return elsewhere();
    default:
      return new ProblemError('unavailable', failure?.message);
  }
}

function elsewhere(): ProblemError {
  return new ProblemError(
    'forbidden',
    'There are no demo deployments here: LOGS has no template for deployment/{name}.',
  );
}

function tooMany(): ProblemError {
  return new ProblemError('too_many_requests', `At most ${MAX_DEPLOYMENTS} demo deployments run at a time.`);
}
