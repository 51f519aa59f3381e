import type { Position } from '@tailgate/protocol';
import type { ChannelFeed } from '../feed/channel-feed.js';
import type { Step } from './placement.js';

/** The part of a feed that a search needs. */
export type Browsed = Pick<ChannelFeed, 'channel' | 'browse'>;

/** Where a new viewer begins, and what it is told before its first record. */
export interface Beginning {
  readonly cursor: Position;
  readonly steps: readonly Step[];
}
