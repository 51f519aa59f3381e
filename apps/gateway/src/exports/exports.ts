import { randomUUID } from 'node:crypto';
import type { LogBroker } from '@tailgate/broker';
import { MAX_EXPORTS, type ExportPlan, type Queues } from '@tailgate/jobs';
import { formatPosition, position, type ChannelName } from '@tailgate/protocol';
import type { Caller } from '../access/caller.js';
import { noSuchChannel } from '../channels/channel-param.js';
import { ProblemError } from '../http/problem-error.js';
import type { ExportJob } from './export-view.js';

export interface ExportsContext {
  readonly broker: Pick<LogBroker, 'bounds'>;
  readonly queues: Pick<Queues, 'exports' | 'chunks'>;
  /** How long a file is kept: milliseconds. */
  readonly exportAge: number;
  /** The most bytes of a file. */
  readonly exportBytes: number;
}

/** What to export, of which channel. */
export type ExportWish = Pick<ExportPlan, 'channel' | 'format' | 'since' | 'until'>;

export interface ExportedFile {
  readonly data: ExportPlan;
  /** Its length. */
  readonly bytes: number;
  readonly chunks: AsyncIterable<Buffer>;
}

/** Asks for exports, and gives out their files. Each is for those who may read and administer its channel. */
export class Exports {
  /** One is asked for after the other, so that the limit holds; never rejects. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly context: ExportsContext) {}

  /** Rejects with `forbidden`, `channel_not_found`, `too_many_requests`. */
  async create(wish: ExportWish, caller: Caller): Promise<ExportJob> {
    if (!mayExport(caller, wish.channel)) throw new ProblemError('forbidden', 'This is not permitted to you.');
    const added = this.#turn.then(() => this.#add(wish));
    this.#turn = added.catch(() => undefined);
    return added;
  }

  /** The newest first. */
  async list(caller: Caller): Promise<readonly ExportJob[]> {
    return (await this.#all()).filter(({ data }) => mayExport(caller, data.channel));
  }

  /** Rejects with `export_not_found`, also where the caller may not know of it. */
  async get(id: string, caller: Caller): Promise<ExportJob> {
    const job = (await this.#all()).find((one) => one.id === id);
    if (!job || !mayExport(caller, job.data.channel)) throw new ProblemError('export_not_found');
    return job;
  }

  /** The file's length, and its bytes as they are asked for. Rejects with `export_not_found`, `export_not_finished`. */
  async file(id: string, caller: Caller): Promise<ExportedFile> {
    const { data, state, progress } = await this.get(id, caller);
    if (state !== 'finished' || !progress) throw new ProblemError('export_not_finished');
    return { data, bytes: progress.bytes, chunks: this.#chunks(id, progress.chunks) };
  }

  /** Rejects with `export_not_found`. */
  async delete(id: string, caller: Caller): Promise<void> {
    await this.get(id, caller);
    const { exports, chunks } = this.context.queues;
    await chunks.delete(id);
    // One that is worked on ends as soon as it would write.
    await exports.remove(id);
  }

  async #add(wish: ExportWish): Promise<ExportJob> {
    const { broker, queues, exportAge, exportBytes } = this.context;
    if ((await this.#all()).length >= MAX_EXPORTS) {
      throw new ProblemError(
        'too_many_requests',
        `There are ${MAX_EXPORTS} exports: delete one, or wait until one expires.`,
      );
    }
    const bounds = await broker.bounds(wish.channel);
    if (!bounds) throw noSuchChannel(wish.channel);
    const { first, last, records: total } = bounds;
    const after = formatPosition(first ? position(first.epoch, first.seq - 1) : last);
    const before = formatPosition(position(last.epoch, last.seq + 1));
    const id = randomUUID();
    const plan = { ...wish, after, before, total, maxBytes: exportBytes, expires: Date.now() + exportAge };
    await queues.exports.add(id, plan);
    const job = await queues.exports.get(id);
    if (!job) throw new ProblemError('unavailable');
    return job;
  }

  /** Without those that have expired, which are forgotten, and those that were deleted. */
  async #all(): Promise<readonly ExportJob[]> {
    const { exports, chunks } = this.context.queues;
    const now = Date.now();
    const all = await exports.list();
    const areOld = await Promise.all(
      all.map(
        async ({ id, data, failure }) =>
          data.expires <= now || failure?.code === 'deleted' || (await chunks.isDeleted(id)),
      ),
    );
    const old = all.filter((_, index) => areOld[index]);
    // One that is worked on stays until its worker has found out.
    await Promise.all(old.map(({ id }) => exports.remove(id)));
    return all.filter((job) => !old.includes(job));
  }

  async *#chunks(id: string, count: number): AsyncGenerator<Buffer, void> {
    for (let index = 0; index < count; index += 1) {
      const bytes = await this.context.queues.chunks.get(id, index);
      if (!bytes) throw new Error(`chunk ${index} of the export ${id} is gone`);
      yield bytes;
    }
  }
}

function mayExport(caller: Caller, channel: ChannelName): boolean {
  return caller.mayRead(channel) && caller.mayAdmin(channel);
}
