import type { ChannelName, ChannelSelector } from '@tailgate/protocol';
import { includes, type Rights } from './rights.js';

/** What is known of a caller; plain data, so that it can be put away with a ticket. */
export interface CallerFacts {
  /** Stable for one user or program, and different for different ones. */
  readonly who: string;
  readonly rights: Rights;
  /** When the proof runs out: milliseconds since the Unix epoch; `null` where it does not. */
  readonly expiresAt: number | null;
  /** Of the channels that may be read, only these; absent: all of them. */
  readonly within?: readonly ChannelSelector[];
}

/** Whoever has sent a request, and what they may do. Made once a request; a stream keeps it for as long as it lives. */
export class Caller {
  constructor(readonly facts: CallerFacts) {}

  /** When streams end with `expired`: milliseconds since the Unix epoch; `undefined`: never. */
  get expiresAt(): number | undefined {
    return this.facts.expiresAt ?? undefined;
  }

  /** Stable for one user or program, and different for different ones. */
  get who(): string {
    return this.facts.who;
  }

  mayRead(channel: ChannelName): boolean {
    const { rights, within } = this.facts;
    return includes(rights.read, channel) && (within === undefined || includes(within, channel));
  }

  mayWrite(channel: ChannelName): boolean {
    return includes(this.facts.rights.write, channel);
  }

  /** Whether what is stored of the channel may be purged. */
  mayAdmin(channel: ChannelName): boolean {
    return includes(this.facts.rights.admin, channel);
  }

  /** One who reads only what is also in `channels`, and does nothing else. */
  narrowedTo(channels: readonly ChannelSelector[]): Caller {
    const { rights, ...rest } = this.facts;
    return new Caller({ ...rest, rights: { read: rights.read, write: [], admin: [] }, within: channels });
  }
}
