import type { ChannelName } from '@tailgate/protocol';
import { BrokerError } from '../broker-error.js';

/** The names of the keys. Those of a channel share a hash slot; a channel's name has a slash, so no channel has those of the index or the leases. */
export class ChannelKeys {
  readonly names: string;
  readonly recent: string;
  readonly leases: string;

  /** `prefix`: before every key; without braces, which would decide the slot. */
  constructor(private readonly prefix: string) {
    if (/[{}]/.test(prefix)) throw new BrokerError('invalid', `the key prefix "${prefix}" must not have braces`);
    this.names = `${prefix}{channels}:names`;
    this.recent = `${prefix}{channels}:recent`;
    this.leases = `${prefix}{leases}:held`;
  }

  meta(channel: ChannelName): string {
    return `${this.prefix}{${channel}}:meta`;
  }

  lines(channel: ChannelName): string {
    return `${this.prefix}{${channel}}:lines`;
  }

  /** The checkpoint of a source that appends once. */
  receipt(channel: ChannelName, source: string): string {
    return `${this.prefix}{${channel}}:receipt:${source}`;
  }

  /** Not a key: where batches are published. */
  live(channel: ChannelName): string {
    return `${this.prefix}{${channel}}:live`;
  }

  /** Each in a slot of its own. The word alone is no channel, and in no braces. */
  oneTimeValue(key: string): string {
    return `${this.prefix}once:${key}`;
  }

  /** Likewise. */
  settledValue(key: string): string {
    return `${this.prefix}settled:${key}`;
  }

  signs(channel: ChannelName): string {
    return `${this.prefix}{${channel}}:signs`;
  }
}
