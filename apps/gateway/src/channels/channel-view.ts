import type { Bounds } from '@tailgate/broker';
import { channelKind, channelShortName, formatPosition, type ChannelName } from '@tailgate/protocol';

/** A channel as REST tells of it. PROTOCOL: "REST". */
export interface ChannelView {
  readonly channel: ChannelName;
  readonly kind: string;
  readonly name: string;
  /** The positions of the oldest record left and of the newest one there was; `null` where there is none. */
  readonly first: string | null;
  readonly last: string | null;
  /** How many records are left. */
  readonly records: number;
  /** When the newest batch was appended: milliseconds since the Unix epoch. */
  readonly updated: number;
}

export function viewChannel(
  channel: ChannelName,
  { first, last, records, updated }: Omit<Bounds, 'epochs'>,
): ChannelView {
  return {
    channel,
    kind: channelKind(channel),
    name: channelShortName(channel),
    first: first === null ? null : formatPosition(first),
    last: last.seq === 0 ? null : formatPosition(last),
    records,
    updated,
  };
}
