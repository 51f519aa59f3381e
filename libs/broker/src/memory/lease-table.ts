import type { LeaseAnswer, LeaseRequest, LeaseState } from '../source-leases.js';

/** What has run out is let go of this often: milliseconds. */
const SWEEP_MS = 60_000;

interface Term {
  readonly who: string;
  /** Milliseconds of the broker's clock. */
  readonly until: number;
}

interface Lease {
  holder: Term | undefined;
  claim: Term | undefined;
}

/** The leases of one process. */
export class LeaseTable {
  readonly #leases = new Map<string, Lease>();
  #swept = -Infinity;

  lease(holder: string, requests: readonly LeaseRequest[], ttlMs: number, now: number): LeaseAnswer {
    this.#sweep(now);
    const mine: Term = { who: holder, until: now + ttlMs };
    const states = new Map<string, LeaseState>();
    let runsOutAt = Infinity;
    for (const { name, claims = false } of requests) {
      const lease = this.#fresh(name, now);
      ask(lease, mine, claims);
      const { holder: held, claim } = lease;
      const others = held?.who === holder ? undefined : (held ?? claim);
      runsOutAt = Math.min(runsOutAt, others?.until ?? Infinity);
      states.set(name, { ...(held && { holder: held.who }), ...(claim && { claimant: claim.who }) });
    }
    return { states, ...(runsOutAt < Infinity && { runsOutInMs: runsOutAt - now }) };
  }

  release(holder: string, names: readonly string[], now: number): void {
    for (const name of names) {
      const lease = this.#fresh(name, now);
      if (lease.holder?.who === holder) lease.holder = undefined;
      if (lease.claim?.who === holder) lease.claim = undefined;
      if (!lease.holder && !lease.claim) this.#leases.delete(name);
    }
  }

  clear(): void {
    this.#leases.clear();
  }

  /** What is still in force of it. */
  #fresh(name: string, now: number): Lease {
    let lease = this.#leases.get(name);
    if (!lease) this.#leases.set(name, (lease = { holder: undefined, claim: undefined }));
    if (lease.holder && lease.holder.until <= now) lease.holder = undefined;
    if (lease.claim && lease.claim.until <= now) lease.claim = undefined;
    return lease;
  }

  #sweep(now: number): void {
    if (Math.abs(now - this.#swept) < SWEEP_MS) return;
    this.#swept = now;
    for (const name of [...this.#leases.keys()]) {
      const { holder, claim } = this.#fresh(name, now);
      if (!holder && !claim) this.#leases.delete(name);
    }
  }
}

/** The rule: `leases-1.lua` says the same. */
function ask(lease: Lease, mine: Term, claims: boolean): void {
  const { holder, claim } = lease;
  const claimable = claim === undefined || claim.who === mine.who;
  if (holder?.who === mine.who || (holder === undefined && claimable)) {
    lease.holder = mine;
    if (claimable) lease.claim = undefined;
  } else if (claimable) {
    lease.claim = claims ? mine : undefined;
  }
}
