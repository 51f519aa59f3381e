import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { AlertRule } from './alert-rule.js';
import { AlertWatch, type WatchParts } from './alert-watch.js';

/** From look to look: milliseconds. */
const LOOK_MS = 2_000;

/** A rule is looked after by one process, and by another one when nothing was heard of it for so long: milliseconds. */
const LEASE_MS = 10_000;

export interface WatchesContext extends WatchParts {
  /** Those of the configuration. */
  readonly rules: readonly AlertRule[];
  readonly onTrouble: (error: Error) => void;
  /** Default: `LOOK_MS`. */
  readonly lookMs?: number;
}

/** Looks after all rules, divided with the other processes by leases, until it is disposed of. */
export class AlertWatches implements AsyncDisposable {
  readonly #holder = randomUUID();
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  #watches = new Map<string, AlertWatch>();

  constructor(private readonly context: WatchesContext) {
    this.#running = this.#run();
  }

  /** Gives the rules back to others. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#running;
    const names = [...this.#watches.keys()].map(leaseOf);
    if (names.length > 0) await this.context.broker.release(this.#holder, names).catch(() => undefined);
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await this.#look(signal).catch((error: unknown) => {
        if (!signal.aborted) this.context.onTrouble(error instanceof Error ? error : new Error(String(error)));
      });
      await setTimeout(this.context.lookMs ?? LOOK_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  async #look(signal: AbortSignal): Promise<void> {
    const rules = [...(await this.context.store.rules()), ...this.context.rules];
    const mine = await this.#lease(rules);
    const known = this.#watches;
    this.#watches = new Map(mine.map((rule) => [rule.id, known.get(rule.id) ?? new AlertWatch(rule, this.context)]));
    for (const watch of this.#watches.values()) {
      signal.throwIfAborted();
      await watch.look(signal);
    }
  }

  /** Those that this process looks after now. */
  async #lease(rules: readonly AlertRule[]): Promise<readonly AlertRule[]> {
    if (rules.length === 0) return [];
    const names = rules.map(({ id }) => ({ name: leaseOf(id) }));
    const { states } = await this.context.broker.lease(this.#holder, names, LEASE_MS);
    return rules.filter(({ id }) => states.get(leaseOf(id))?.holder === this.#holder);
  }
}

/** No channel is named so, and no file. */
function leaseOf(id: string): string {
  return `alert ${id}`;
}
