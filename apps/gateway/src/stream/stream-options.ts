import type { Places } from '../connection/connections.js';
import type { FeedLimits } from '../feed/channel-feeds.js';
import type { ClientLimits } from '../limits/limit-table.js';
import type { Handshake } from '../ws/ws-server.js';

/** Injects the `StreamOptions`. */
export const STREAM_OPTIONS = Symbol('StreamOptions');

/** Injects the `StreamObserver`. */
export const STREAM_OBSERVER = Symbol('StreamObserver');

export interface StreamOptions {
  /** The name of this gateway, as viewers are told it. */
  readonly replica: string;

  /** Where viewers are counted; those for whom there is no place are told to come again. */
  readonly places: Places;

  /** As `ConnectionsOptions.stuckMs`. Default: `DEFAULT_STUCK_MS`. */
  readonly stuckMs?: number;

  /** Whether streams are compressed for viewers who take it, over either transport. Default: true. */
  readonly compresses?: boolean;

  /** What one viewer may ask for. Default: `DEFAULT_LIMITS`. */
  readonly limits?: ClientLimits;

  /** Is told of each viewer that asks for more, or is parted from since it takes nothing. Default: nobody is. */
  readonly onBeyond?: (limit: 'channels' | 'filter' | 'frame' | 'stalled') => void;

  /** Is told of each request for a WebSocket, once it is answered. Default: nobody is. */
  readonly onHandshake?: (handshake: Handshake) => void;

  /** Whether there is no broker yet; new streams are told to come again meanwhile. Default: never. */
  readonly isStarting?: () => boolean;

  /** Is shown the feeds once, to look at when asked how many there are. Default: nobody is. */
  readonly measureFeeds?: (feeds: { readonly size: number; readonly bytes: number }) => void;

  /** Default: `DEFAULT_FEED_LIMITS`. */
  readonly feedLimits?: FeedLimits;
}

/** Five minutes. */
export const DEFAULT_STUCK_MS = 300_000;
