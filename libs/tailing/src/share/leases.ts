import { randomUUID } from 'node:crypto';
import type { LeaseAnswer, SourceLeases } from '@tailgate/broker';
import { untilAborted } from '../abort.js';
import { divide } from './fair-share.js';
import { Pause } from './pause.js';

/** Of a lease's time, after so much all are renewed: two renewals may fail before one runs out. */
const RENEW_AFTER = 0.375;

/** While something is claimed: it is nobody's from when it is given back until it is asked for. */
const CLAIM_AFTER = 0.125;

/** When something of others is about to run out, it is asked for so long after that: their last renewal may be on its way. */
const GRACE_MS = 5;

/** No sooner than this is everything asked for again. */
const SOONEST_MS = 50;

/** After a failure. */
const RETRY_MS = 500;

/**
 * `held`: for as long as the clock says so. `lapsed`: it was, was not renewed in time, and nobody has said yet that another has it.
 * `elsewhere`: another has it, or may have it.
 */
export type LeaseStatus = 'held' | 'lapsed' | 'elsewhere';

export interface LeaseEvents {
  /** The status is another than before, but for a lease that lapsed, which only the clock tells. */
  changed(name: string): void;
  /** Another has it, and it was not given back. */
  lost(name: string): void;
  /** The leases could not be asked for, and why; `undefined` once they could again. */
  failed(why: string | undefined): void;
}

/**
 * Holds leases on names: renews them, takes what is free, and gives back what is more than its share. One question is under way at a
 * time, so that what is answered is what holds.
 */
export class Leases {
  readonly #holder = randomUUID();
  /** Until when each is held: milliseconds of the clock, counted from before it was asked for. */
  readonly #until = new Map<string, number>();
  /** Held, and not used any more: given back as soon as all that was begun is done. */
  readonly #leaving = new Set<string>();
  /** Not used any more, and all is done. */
  readonly #returned = new Set<string>();
  /** Wanted since the last question. */
  readonly #added = new Set<string>();
  readonly #pause: Pause;
  #claims: ReadonlySet<string> = new Set();
  #nextAt = -Infinity;
  #stopped = false;
  #running: Promise<void> | undefined;

  constructor(
    private readonly store: SourceLeases,
    private readonly wanted: () => Iterable<string>,
    private readonly ttlMs: number,
    private readonly clock: () => number,
    private readonly events: LeaseEvents,
    private readonly signal: AbortSignal,
  ) {
    this.#pause = new Pause();
  }

  /** How many are held now. */
  get held(): number {
    return [...this.#until.keys()].filter((name) => this.status(name) === 'held').length;
  }

  status(name: string): LeaseStatus {
    const until = this.#until.get(name);
    if (until === undefined || this.#leaving.has(name)) return 'elsewhere';
    return this.clock() < until ? 'held' : 'lapsed';
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** The name is wanted from now on: it is asked for at once. */
  want(name: string): void {
    this.#added.add(name);
    this.#pause.end();
  }

  isLeaving(name: string): boolean {
    return this.#leaving.has(name);
  }

  /** The name is not wanted any more, or it is leaving and all that was begun is done. */
  giveBack(name: string): void {
    if (!this.#until.has(name)) return;
    this.#leaving.add(name);
    this.#returned.add(name);
    this.#pause.end();
  }

  /** Renews and takes no more; what is held runs out. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#pause.end();
    await this.#running;
  }

  /** Stops, and gives back everything, unless the signal ends that. */
  async release(): Promise<void> {
    await this.stop();
    const held = [...this.#until.keys()];
    this.#until.clear();
    // Where it can't be given back, it runs out.
    await untilAborted(this.store.release(this.#holder, held), this.signal).catch(() => undefined);
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      try {
        await this.#return();
        await this.#ask(this.clock() >= this.#nextAt);
        this.events.failed(undefined);
      } catch (error) {
        if (this.signal.aborted) return;
        this.events.failed(error instanceof Error ? error.message : String(error));
        this.#nextAt = -Infinity;
        await this.#pause.take(RETRY_MS);
      }
      if (this.#added.size === 0 && this.#returned.size === 0) await this.#pause.take(this.#nextAt - this.clock());
    }
  }

  async #return(): Promise<void> {
    const names = [...this.#returned];
    if (names.length === 0) return;
    await untilAborted(this.store.release(this.#holder, names), this.signal);
    for (const name of names) {
      this.#until.delete(name);
      this.#leaving.delete(name);
      this.#returned.delete(name);
    }
  }

  /** For `all`, or only for what is new. */
  async #ask(all: boolean): Promise<void> {
    const names = all ? [...this.wanted()] : [...this.#added];
    this.#added.clear();
    const asked = this.clock();
    if (all) this.#nextAt = asked + this.ttlMs * RENEW_AFTER;
    if (names.length === 0) return;
    const requests = names.map((name) => ({ name, claims: this.#claims.has(name) }));
    const answer = await untilAborted(this.store.lease(this.#holder, requests, this.ttlMs), this.signal);
    for (const name of names) this.#learn(name, answer, asked + this.ttlMs);
    if (all) this.#divide(answer, asked);
  }

  #learn(name: string, { states }: LeaseAnswer, until: number): void {
    const before = this.status(name);
    if (states.get(name)?.holder === this.#holder) {
      this.#until.set(name, until);
    } else if (this.#until.delete(name)) {
      if (!this.#leaving.delete(name)) this.events.lost(name);
      this.#returned.delete(name);
    }
    if (this.status(name) !== before) this.events.changed(name);
  }

  #divide({ states, runsOutInMs = Infinity }: LeaseAnswer, asked: number): void {
    const { claims, surplus } = divide(states, this.#holder);
    this.#claims = claims;
    const claimed = claims.size > 0 ? this.ttlMs * CLAIM_AFTER : Infinity;
    this.#nextAt = Math.min(this.#nextAt, asked + Math.max(SOONEST_MS, Math.min(claimed, runsOutInMs + GRACE_MS)));
    for (const name of surplus) {
      if (this.#leaving.has(name)) continue;
      this.#leaving.add(name);
      this.events.changed(name);
    }
  }
}
