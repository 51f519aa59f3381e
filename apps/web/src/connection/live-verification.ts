import type { Entry } from '@tailgate/client';
import { Verification, type Mismatch } from '@tailgate/client/verify';
import type { ChannelName } from '@tailgate/protocol';
import type { VerifiedView } from './connection-view.js';

/** Compares what comes with the channels' running hashes, and says how far it has got. */
export class LiveVerification {
  readonly #channels: readonly ChannelName[];
  readonly #verification = new Verification((mismatch) => (this.#mismatch = mismatch));
  #mismatch: Mismatch | undefined;

  constructor(channels: readonly ChannelName[]) {
    this.#channels = channels;
  }

  take(entries: readonly Entry[]): void {
    this.#verification.take(entries);
  }

  get view(): VerifiedView {
    const known = this.#channels.map((channel) => this.#verification.of(channel));
    const [only] = known;
    return {
      records: known.reduce((sum, each) => sum + (each?.records ?? 0), 0),
      to: known.length === 1 ? (only?.to ?? undefined) : undefined,
      mismatch: this.#mismatch,
    };
  }
}
