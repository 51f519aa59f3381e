import type { LogBroker, OneTimeValues, SourceLeases, TailerSigns } from '@tailgate/broker';

/** All that a gateway asks of a broker. */
export type Broker = LogBroker & TailerSigns & SourceLeases & OneTimeValues;

/** A broker, and how it comes to be there. Whoever opened it closes the broker. */
export interface OpenedBroker {
  readonly broker: Broker;
  /** Resolves with the first contact. Rejects with a `BrokerError`: `invalid` where waiting is of no use, `closed` once it is closed. */
  reached(): Promise<void>;
  /** Resolves when a first try has failed, and stays open where none does. */
  readonly failed: Promise<void>;
}
