import type { AppendRequest, LogBroker } from '../log-broker.js';
import type { Retention } from '../retention.js';

/** How the contract suite gets at an adapter. */
export interface StoreFactory {
  /** An empty store that no other test uses (on a shared server: under key names of its own). The suite disposes of it. */
  open(retention: Retention): Promise<BrokerStore>;
}

/** What is behind the port: the memory of one process, or a server that several have connected to. */
export interface BrokerStore extends AsyncDisposable {
  /**
   * Another end of the store, like another process's: connections of its own, and nothing shared with the other ends but the store.
   * In-process brokers have only one end, and answer the same one each time. Disposing of the store disposes of its ends.
   */
  connect(): Promise<LogBroker>;

  /** The broker's clock, where it can be set. What needs it is skipped elsewhere. */
  readonly clock?: StoreClock;

  /** Closes every end, and connects anew to what was stored. Absent where nothing outlives the ends. */
  reopen?(): Promise<LogBroker>;

  /**
   * Sends the append through `end` and loses the answer on its way, for example by cutting the connection. Resolves once the store
   * has done the append; `end` must work again after it. Where it is absent the suite just disregards an answer.
   */
  loseAnswer?(end: LogBroker, request: AppendRequest): Promise<void>;
}

export interface StoreClock {
  /** Integer milliseconds since the Unix epoch. The clock stands still between settings. */
  readonly now: () => number;
  /** May also put the clock back. */
  readonly set: (now: number) => void;
}
