import type { Bounds } from '@tailgate/broker';
import { formatPosition, position, type ChannelBounds } from '@tailgate/protocol';
import type { ChannelFeed } from '../feed/channel-feed.js';

/** The channel's bounds, with the newest head that is known; `undefined` while the channel is not. */
export function boundsOf({ view, head }: Pick<ChannelFeed, 'view' | 'head'>): Bounds | undefined {
  const bounds = view?.bounds;
  const isNewer = bounds && head?.epoch === bounds.last.epoch && head.seq > bounds.last.seq;
  if (!isNewer) return bounds;
  return { ...bounds, first: bounds.first ?? position(head.epoch, bounds.last.seq + 1), last: head };
}

/** What a viewer is told of the channel when it connects. */
export function standingOf(feed: Pick<ChannelFeed, 'channel' | 'view' | 'head'>): ChannelBounds {
  const { channel, view } = feed;
  const bounds = boundsOf(feed);
  const first = bounds?.first ? formatPosition(bounds.first) : null;
  const last = bounds && bounds.last.seq > 0 ? formatPosition(bounds.last) : null;
  const [sign, ...others] = view?.signs ?? [];
  return { channel, first, last, ...(sign && others.length === 0 && { source: sign.source }) };
}
