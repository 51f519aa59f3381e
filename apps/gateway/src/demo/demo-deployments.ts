import { randomBytes } from 'node:crypto';
import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { LogBroker } from '@tailgate/broker';
import { parseChannel, type ChannelName } from '@tailgate/protocol';
import type { Logger } from '@tailgate/runtime';
import type { LogTemplate } from '@tailgate/tailing';
import type { Clock } from '../feed/clock.js';
import { ProblemError } from '../http/problem-error.js';
import { demoPath } from './demo-path.js';
import { DemoWriter, type DemoPlan } from './demo-writer.js';

/** PROTOCOL, "REST": how many may run at a time. */
const MAX_RUNNING = 10;

/** Of those that have ended, the last ones stay in the list. */
const MAX_LISTED = 100;

export interface DemoContext {
  /** Whether there are any: `DEMO`. */
  readonly demo: boolean;
  readonly logs: readonly LogTemplate[];
  readonly broker: Pick<LogBroker, 'bounds'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A deployment that was asked for, and how far it is. */
export interface Deployment extends DemoPlan {
  readonly id: string;
  readonly channel: ChannelName;
  readonly state: 'running' | 'finished' | 'failed';
  readonly written: number;
  /** Milliseconds since the Unix epoch. */
  readonly started: number;
}

interface Entry extends DemoPlan, Pick<Deployment, 'id' | 'channel' | 'started'> {
  readonly writer: DemoWriter;
}

/** Demo deployments of this process: each writes a log file where the files of `LOGS` are looked for, and so is followed like any other. */
export class DemoDeployments implements AsyncDisposable {
  readonly #context: DemoContext;
  /** The oldest first. */
  #entries: Entry[] = [];
  /** Asked for, and not begun yet. */
  #beginning = 0;

  constructor(context: DemoContext) {
    this.#context = context;
  }

  /** The newest first. */
  get list(): readonly Deployment[] {
    return this.#entries.toReversed().map(({ writer, ...entry }) => {
      const { state, written } = writer;
      return { ...entry, state, written };
    });
  }

  /** The channel of a deployment of this name, or of one that nobody has had. */
  channelFor(name = `demo-${randomBytes(4).toString('hex')}`): { readonly id: string; readonly channel: ChannelName } {
    const channel = parseChannel(`deployment/${name}`);
    if (channel === undefined) throw new ProblemError('bad_channel', `deployment/${name} is no channel.`);
    return { id: name, channel };
  }

  /**
   * Begins to write. Rejects with `forbidden` where this gateway has no demo, `too_many_requests` where `MAX_RUNNING` run,
   * `deployment_exists`, and `unavailable` where the file can't be written.
   */
  async start({ id, channel }: Pick<Deployment, 'id' | 'channel'>, plan: DemoPlan): Promise<void> {
    const path = this.#pathFor(channel);
    const running = this.#entries.filter(({ writer }) => writer.state === 'running').length;
    if (running + this.#beginning >= MAX_RUNNING) {
      throw new ProblemError('too_many_requests', `At most ${MAX_RUNNING} demo deployments run at a time.`);
    }
    this.#beginning += 1;
    try {
      if (await this.#context.broker.bounds(channel)) throw new ProblemError('deployment_exists');
      this.#add({ id, channel, ...plan }, await this.#create(path));
    } finally {
      this.#beginning -= 1;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#entries.map(({ writer }) => writer[Symbol.asyncDispose]()));
  }

  #pathFor(channel: ChannelName): string {
    const { demo, logs } = this.#context;
    if (!demo) throw new ProblemError('forbidden', 'There are no demo deployments here: DEMO is off.');
    const path = demoPath(logs, channel);
    if (path !== undefined) return path;
    throw new ProblemError(
      'forbidden',
      'There are no demo deployments here: LOGS has no template for deployment/{name}.',
    );
  }

  /** A new file: one that is there is somebody's. */
  async #create(path: string): Promise<FileHandle> {
    try {
      await mkdir(dirname(path), { recursive: true });
    } catch (error) {
      throw this.#unwritable(path, error);
    }
    try {
      return await open(path, 'ax');
    } catch (error) {
      const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST';
      throw isThere ? new ProblemError('deployment_exists') : this.#unwritable(path, error);
    }
  }

  #unwritable(path: string, error: unknown): ProblemError {
    this.#context.logger.warn({ error, path }, 'a demo deployment can not write its file');
    return new ProblemError('unavailable', 'The log file of the deployment can’t be written here.');
  }

  #add(deployment: Omit<Entry, 'writer' | 'started'>, file: FileHandle): void {
    const { clock, logger } = this.#context;
    const { id, lines, intervalMs } = deployment;
    const writer = new DemoWriter(file, { lines, intervalMs }, clock, (error) =>
      logger.warn({ error, deployment: id }, 'a demo deployment broke off'),
    );
    this.#entries.push({ ...deployment, started: clock.now(), writer });
    const ended = this.#entries.filter((entry) => entry.writer.state !== 'running');
    const forgotten = new Set(ended.slice(0, Math.max(0, this.#entries.length - MAX_LISTED)));
    this.#entries = this.#entries.filter((entry) => !forgotten.has(entry));
  }
}
