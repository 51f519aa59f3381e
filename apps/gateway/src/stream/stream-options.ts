import type { FeedLimits } from '../feed/channel-feeds.js';

/** Injects the `StreamOptions`. */
export const STREAM_OPTIONS = Symbol('StreamOptions');

/** Injects the `StreamObserver`. */
export const STREAM_OBSERVER = Symbol('StreamObserver');

export interface StreamOptions {
  /** The name of this gateway, as viewers are told it. */
  readonly replica: string;

  /** The most streams at a time; beyond it new ones are told to come again. Default: `DEFAULT_MAX_STREAMS`. */
  readonly maxStreams?: number;

  /** Whether there is no broker yet; new streams are told to come again meanwhile. Default: never. */
  readonly isStarting?: () => boolean;

  /** Default: `DEFAULT_FEED_LIMITS`. */
  readonly feedLimits?: FeedLimits;
}

export const DEFAULT_MAX_STREAMS = 20_000;
