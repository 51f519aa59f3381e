import type { ChannelName, Position } from '@tailgate/protocol';
import type { Bounds, ChannelSummary, StoredCheckpoint } from '../log-broker.js';
import { Account } from './ledger.js';
import type { HashAt } from '../running-hash.js';
import type { Numbering } from './numbering.js';

/** One channel's numbers, checkpoints and batches. */
export class MemoryChannel {
  readonly account = new Account();
  readonly checkpoints = new Map<string, StoredCheckpoint>();
  #numbering: Numbering;
  #purged: Position | undefined;
  /** The last running hash that is known. */
  hash: HashAt | undefined;

  constructor(
    readonly name: ChannelName,
    numbering: Numbering,
    /** When the newest batch was appended; before the first one, when the channel became known. */
    public updated: number,
  ) {
    this.#numbering = numbering;
  }

  get numbering(): Numbering {
    return this.#numbering;
  }

  get head(): Position {
    return this.#numbering.head;
  }

  /** Stores the numbers of an append that was found good. */
  move(numbering: Numbering): void {
    this.#numbering = numbering;
  }

  /** The account was emptied; answers the position up to which. */
  purge(): Position {
    this.#purged = this.head;
    return this.head;
  }

  bounds(): Bounds {
    const purged = this.#purged && { purged: this.#purged };
    return { ...this.#held(), ...purged, epochs: this.#numbering.epochs };
  }

  summary(): ChannelSummary {
    return { channel: this.name, ...this.#held() };
  }

  #held(): Omit<Bounds, 'epochs' | 'purged'> {
    const { history } = this.account;
    return { first: history.oldest?.first ?? null, last: this.head, records: history.records, updated: this.updated };
  }
}
