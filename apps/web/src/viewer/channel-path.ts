// Addresses as the router has them, without the folder that the gateway serves in; but a plain link's are relative to <base>.

import { channelKind, channelShortName, parseChannel, type ChannelName } from '@tailgate/protocol';

/** The address of a channel's page. */
export function channelPath(channel: ChannelName): string {
  return channelKind(channel) === 'deployment' ? `/deployments/${channelShortName(channel)}` : `/channels/${channel}`;
}

/** The address of several channels' page. `side`: each in a pane of its own; else as one. */
export function severalPath(channels: readonly ChannelName[], show: 'merged' | 'side' = 'merged'): string {
  const query = new URLSearchParams(channels.map((channel) => ['channel', channel]));
  if (show === 'side') query.set('show', 'side');
  return `/view?${query.toString().replaceAll('%2F', '/')}`;
}

/** The address of a line, for a plain link. */
export function linePath(channel: ChannelName, position: string): string {
  return `${channelPath(channel).slice(1)}?at=${position}`;
}

/** What of the texts are channels, each once. */
export function channelsOf(texts: readonly string[]): readonly ChannelName[] {
  return [...new Set(texts.flatMap((text) => parseChannel(text) ?? []))];
}
