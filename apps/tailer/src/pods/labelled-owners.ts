import { setTimeout } from 'node:timers/promises';
import type { SettledValues } from '@tailgate/broker';
import { ownerOf, type PodName, type PodOwners } from '@tailgate/tailing';
import { podKey, type LabelledPods } from './pod-list.js';

/** A pod's files wait so long for the API server, then the pod's name decides: milliseconds. */
const WAIT_MS = 10_000;
const RETRY_MS = 1_000;

/** What was decided of a pod that nobody has followed for so long is forgotten. */
const KEEP_MS = 7 * 86_400_000;
const RENEW_MS = 86_400_000;

/** A pod that no look for files has asked about for so long is gone. */
const GONE_MS = 600_000;

export interface LabelledOwnersContext {
  /** Stands before the pods in what is remembered: their names are only their node's while they live. */
  readonly node: string;
  readonly list: (signal: AbortSignal) => Promise<LabelledPods>;
  readonly memory: SettledValues;
  /** Why owners can't be told for now, and files may wait. Said once until it changes or is over. */
  readonly onTrouble: (message: string) => void;
  readonly onRecovered: () => void;
  /** Owners have become known. */
  readonly onSettled: () => void;
  /** Milliseconds that only grow. Default `performance.now`. */
  readonly clock?: () => number;
}

interface Pod extends PodName {
  readonly key: string;
  readonly since: number;
  askedAt: number;
  keptAt: number;
  owner: string | undefined;
}

/**
 * What pods belong to by their labels. It is decided once for each pod, and remembered in Redis before any of its files is followed:
 * first what is remembered counts, then the label, then, where there is none or after 10 s without the API server, the pod's name.
 */
export class LabelledOwners implements PodOwners, AsyncDisposable {
  readonly #pods = new Map<string, Pod>();
  readonly #stopping = new AbortController();
  readonly #clock: () => number;
  #settling: Promise<void> | undefined;
  #trouble: string | undefined;

  constructor(private readonly context: LabelledOwnersContext) {
    this.#clock = context.clock ?? (() => performance.now());
  }

  ownerOf({ namespace, pod }: PodName): string | undefined {
    const now = this.#clock();
    const key = podKey(namespace, pod);
    const known = this.#pods.get(key) ?? {
      namespace,
      pod,
      key,
      since: now,
      askedAt: now,
      keptAt: now,
      owner: undefined,
    };
    this.#pods.set(key, known);
    known.askedAt = now;
    if (this.#isDue(known)) this.#settling ??= this.#settle();
    return known.owner;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort();
    await this.#settling;
  }

  /** Whether it is unknown, or to be remembered anew. */
  #isDue({ owner, keptAt }: Pod): boolean {
    return owner === undefined || this.#clock() - keptAt >= RENEW_MS;
  }

  /** Ends when nothing is due. Never rejects. */
  async #settle(): Promise<void> {
    const { signal } = this.#stopping;
    // What one look for files asks about is settled together.
    await setTimeout(0);
    while (!signal.aborted) {
      const gone = this.#clock() - GONE_MS;
      for (const { key, askedAt } of this.#pods.values()) if (askedAt < gone) this.#pods.delete(key);
      const due = [...this.#pods.values()].filter((pod) => this.#isDue(pod));
      if (due.length === 0) {
        this.#recovered();
        break;
      }
      await this.#tryToSettle(due);
      if (due.some(({ owner }) => owner !== undefined)) this.context.onSettled();
      if (due.some((pod) => this.#isDue(pod))) await setTimeout(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
    this.#settling = undefined;
  }

  async #tryToSettle(due: readonly Pod[]): Promise<void> {
    try {
      await Promise.all(due.map((pod) => this.#recall(pod)));
      const unknown = due.filter(({ owner }) => owner === undefined);
      if (unknown.length > 0) await this.#decide(unknown);
    } catch (error) {
      if (!this.#stopping.signal.aborted) this.#tell(error instanceof Error ? error.message : String(error));
    }
  }

  async #recall(pod: Pod): Promise<void> {
    const kept = await this.context.memory.settled(this.#memoryKey(pod), KEEP_MS);
    // What Redis has forgotten of a pod that is followed is told it again: its channel does not change.
    if (pod.owner !== undefined && kept === undefined) await this.#keep(pod, pod.owner);
    else this.#know(pod, kept);
  }

  async #decide(pods: readonly Pod[]): Promise<void> {
    const [listed] = await Promise.allSettled([this.context.list(this.#stopping.signal)]);
    const labelled = listed.status === 'fulfilled' ? listed.value : undefined;
    await Promise.all(
      pods.map(async (pod) => {
        const isListed = labelled?.has(pod.key) === true;
        if (isListed || this.#clock() - pod.since >= WAIT_MS)
          await this.#keep(pod, labelled?.get(pod.key) ?? ownerOf(pod.pod));
      }),
    );
    if (listed.status === 'rejected') throw listed.reason;
  }

  async #keep(pod: Pod, owner: string): Promise<void> {
    this.#know(pod, await this.context.memory.settle(this.#memoryKey(pod), owner, KEEP_MS));
  }

  #know(pod: Pod, owner: string | undefined): void {
    pod.owner ??= owner;
    pod.keptAt = this.#clock();
  }

  /** Nothing waits any more, whether it was told or not: what a trouble had held up is followed. */
  #recovered(): void {
    if (this.#trouble !== undefined) this.context.onRecovered();
    this.#trouble = undefined;
  }

  #tell(trouble: string): void {
    if (trouble === this.#trouble) return;
    this.#trouble = trouble;
    this.context.onTrouble(trouble);
  }

  #memoryKey({ key }: Pod): string {
    return `pod:${this.context.node}:${key}`;
  }
}
