/**
 * Who of several tailers follows what, beside the records: names that at most one holder holds at a time, each for a limited time.
 * What a name stands for is its users' business.
 *
 * A lease divides work, and proves nothing: a holder that was paused, or a broker that forgot its newest writes in a failover, may
 * leave two that both believe to hold a name. That no line is appended twice is the business of `LogBroker.append`.
 *
 * Every method rejects with a `BrokerError`. The contract suite (`describeSourceLeases`) is these comments as tests.
 */
export interface SourceLeases {
  /**
   * Says that `holder` is alive and wants these names: those that it holds are held for another `ttlMs` from now; those that nobody
   * holds become its own, unless somebody else has a claim on them; of the others it claims those that it says, where nobody else
   * does, and it keeps no claim on the rest. To be repeated well within `ttlMs`. What was not named stays as it is.
   *
   * The holder counts `ttlMs` from when it has asked, by a clock that only grows.
   */
  lease(holder: string, requests: readonly LeaseRequest[], ttlMs: number): Promise<LeaseAnswer>;

  /** Gives back what the holder holds of these names, and its claims on them, at once. */
  release(holder: string, names: readonly string[]): Promise<void>;
}

export interface LeaseRequest {
  /** 1 to 1,024 bytes. */
  readonly name: string;
  /** Asks whoever holds it to give it back: nobody else gets it then, for as long as the claim is repeated. */
  readonly claims?: boolean;
}

export interface LeaseAnswer {
  /** Of each name that was asked for, after the asking. */
  readonly states: ReadonlyMap<string, LeaseState>;
  /** Milliseconds until the first name that another has runs out, unless that one renews it; absent where none does. */
  readonly runsOutInMs?: number;
}

export interface LeaseState {
  /** Who holds it: the asker itself, or another. */
  readonly holder?: string;
  /** Who wants it to be given back. */
  readonly claimant?: string;
}
