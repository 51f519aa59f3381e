import type { SourceLeases } from '@tailgate/broker';
import type { Source } from '../follow/source.js';
import type { SourceName, TailingObserver } from '../observer.js';
import type { Troubles } from '../troubles.js';
import { Leases, type LeaseStatus } from './leases.js';

/** Stands in troubles where others name a path. */
const TROUBLE = 'the leases';

export interface ShareContext {
  readonly ttlMs: number;
  readonly host: string | undefined;
  /** Milliseconds that only grow. */
  readonly clock: () => number;
  readonly observer: Pick<TailingObserver, 'leaseLost'>;
  readonly troubles: Troubles;
  /** Called with sources whose lease has come or gone. */
  readonly wake: (source: Source) => void;
  /** Ends what is asked of the broker. */
  readonly signal: AbortSignal;
}

/**
 * Several tailers on one volume divide the sources among them. All of a channel's sources (of one host, where sources name theirs) go
 * together: a file that several paths lead to is told by one process, which sees them all.
 */
export class SharedSources {
  readonly #sources = new Map<string, Set<Source>>();
  readonly #leases: Leases;

  constructor(
    store: SourceLeases,
    private readonly context: ShareContext,
  ) {
    const { ttlMs, clock, signal, observer, troubles, wake } = context;
    const events = {
      changed: (name: string) => {
        this.#sources.get(name)?.forEach(wake);
      },
      lost: (name: string) => {
        observer.leaseLost(name);
      },
      failed: (why: string | undefined) => {
        if (why === undefined) troubles.recovered(TROUBLE);
        else troubles.trouble(TROUBLE, why);
      },
    };
    this.#leases = new Leases(store, () => this.#sources.keys(), ttlMs, clock, events, signal);
  }

  /** How many leases are held now. */
  get held(): number {
    return this.#leases.held;
  }

  statusOf(source: SourceName): LeaseStatus {
    return this.#leases.status(this.#leaseOf(source));
  }

  start(): void {
    this.#leases.start();
  }

  add(source: Source): void {
    const lease = this.#leaseOf(source.name);
    const known = this.#sources.get(lease);
    known?.add(source);
    if (known !== undefined) return;
    this.#sources.set(lease, new Set([source]));
    this.#leases.want(lease);
  }

  remove(source: Source): void {
    const lease = this.#leaseOf(source.name);
    const left = this.#sources.get(lease);
    left?.delete(source);
    if (left?.size === 0) {
      this.#sources.delete(lease);
      this.#leases.giveBack(lease);
    } else this.rested(source.name);
  }

  /** The source has stopped: nothing of it is in flight. */
  rested(name: SourceName): void {
    const lease = this.#leaseOf(name);
    if (!this.#leases.isLeaving(lease)) return;
    for (const source of this.#sources.get(lease) ?? []) if (!source.isResting) return;
    this.#leases.giveBack(lease);
  }

  /** As by a crash: what is held runs out. */
  async stop(): Promise<void> {
    await this.#leases.stop();
  }

  /** Gives everything back. */
  async release(): Promise<void> {
    await this.#leases.release();
  }

  #leaseOf({ channel }: SourceName): string {
    return this.context.host === undefined ? channel : `${channel} ${this.context.host}`;
  }
}
