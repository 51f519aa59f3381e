import type { ChannelName, Position } from '@tailgate/protocol';
import type { AppendRequest, Bounds, ChannelSummary, StoredCheckpoint } from '../log-broker.js';
import { Account } from './ledger.js';
import type { Numbering } from './numbering.js';

/** One channel's numbers, checkpoints and batches. */
export class MemoryChannel {
  readonly account = new Account();
  readonly checkpoints = new Map<string, StoredCheckpoint>();
  #numbering: Numbering;

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

  /** Stores the numbers and the checkpoint of an append that was found good. */
  move({ source, next }: AppendRequest, numbering: Numbering): void {
    this.#numbering = numbering;
    this.checkpoints.set(source, { checkpoint: next, last: numbering.head });
  }

  bounds(): Bounds {
    return { ...this.#held(), epochs: this.#numbering.epochs };
  }

  summary(): ChannelSummary {
    return { channel: this.name, ...this.#held() };
  }

  #held(): Omit<Bounds, 'epochs'> {
    const { history } = this.account;
    return { first: history.oldest?.first ?? null, last: this.head, records: history.records, updated: this.updated };
  }
}
