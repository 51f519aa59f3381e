import type { LogBroker } from '@tailgate/broker';
import type { ChannelName } from '@tailgate/protocol';
import { untilAborted } from '../abort.js';
import type { KeptBatches } from '../append/kept-batches.js';
import type { Source } from './source.js';

/** So many channels are asked for at once: one pipeline, where the broker is behind a connection. */
const CHANNELS_AT_ONCE = 500;

/** A comparison that failed is made again after so long: the broker may be back any moment, and may have forgotten. */
const AGAIN_MS = 1_000;

export interface ComparisonContext {
  readonly broker: Pick<LogBroker, 'checkpoints'>;
  readonly sources: () => Iterable<Source>;
  readonly kept: KeptBatches;
  /** The source found that the broker has forgotten something: it wants a turn. */
  readonly onForgotten: (source: Source) => void;
  /** Infinite: only when it is asked for. */
  readonly everyMs: number;
  readonly signal: AbortSignal;
}

/**
 * Compares, again and again, what the broker has stored of each source with what was appended. Who still appends learns by a conflict
 * what was forgotten; a file that is finished would never.
 */
export class Comparison {
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #askedFor = false;
  #stopped = false;

  constructor(private readonly context: ComparisonContext) {}

  start(): void {
    this.#later(this.context.everyMs);
  }

  /** Compares now, or once more where that is under way: the broker may be another one. */
  soon(): void {
    if (this.#stopped) return;
    this.#askedFor = true;
    clearTimeout(this.#timer);
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  #later(ms: number): void {
    if (this.#stopped || !Number.isFinite(ms)) return;
    // It may have been asked for before it was started.
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.soon();
    }, ms);
  }

  async #run(): Promise<void> {
    let next = this.context.everyMs;
    try {
      while (this.#askedFor) {
        this.#askedFor = false;
        await this.#compareAll();
      }
      this.context.kept.expire();
    } catch {
      // Appends and signs tell that the broker is away.
      next = AGAIN_MS;
    } finally {
      this.#running = undefined;
      this.#later(next);
    }
  }

  async #compareAll(): Promise<void> {
    const channels = [...Map.groupBy(this.context.sources(), ({ name }) => name.channel)];
    for (let from = 0; from < channels.length && !this.context.signal.aborted; from += CHANNELS_AT_ONCE) {
      const some = channels.slice(from, from + CHANNELS_AT_ONCE);
      await Promise.all(some.map(([channel, sources]) => this.#compare(channel, sources)));
    }
  }

  async #compare(channel: ChannelName, sources: readonly Source[]): Promise<void> {
    const idle = sources.flatMap((source) => (source.known ? [{ source, known: source.known }] : []));
    if (idle.length === 0) return;
    const stored = await untilAborted(this.context.broker.checkpoints(channel), this.context.signal);
    for (const { source, known } of idle) {
      // What was appended while the question was on its way, the answer may not know.
      if (source.known === known && source.forgot(stored.get(source.name.id))) this.context.onForgotten(source);
    }
  }
}
