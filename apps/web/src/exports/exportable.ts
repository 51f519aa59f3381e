import { selects, type ChannelName, type ChannelSelector } from '@tailgate/protocol';
import type { Caller } from '../gateway/caller.js';

/** One channel or more. */
export type Channels = readonly [ChannelName, ...ChannelName[]];

/** Those of the channels that the caller may have exported, by being allowed to read and to administer them; `undefined`: none. */
export function exportable(channels: readonly ChannelName[], caller: Caller | undefined): Channels | undefined {
  if (!caller) return undefined;
  const [first, ...rest] = channels.filter(
    (channel) => isAmong(caller.channels, channel) && isAmong(caller.admin, channel),
  );
  return first === undefined ? undefined : [first, ...rest];
}

function isAmong(selectors: readonly ChannelSelector[], channel: ChannelName): boolean {
  return selectors.some((selector) => selects(selector, channel));
}
