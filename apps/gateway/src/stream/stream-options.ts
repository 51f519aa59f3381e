import type { ConnectionLimits } from '../connection/connections.js';
import type { FeedLimits } from '../feed/channel-feeds.js';

/** Injects the `StreamOptions`. */
export const STREAM_OPTIONS = Symbol('StreamOptions');

/** Injects the `StreamObserver`. */
export const STREAM_OBSERVER = Symbol('StreamObserver');

export interface StreamOptions {
  /** The name of this gateway, as viewers are told it. */
  readonly replica: string;

  /** Default: `DEFAULT_CONNECTION_LIMITS`. */
  readonly limits?: ConnectionLimits;

  /** Whether there is no broker yet; new streams are told to come again meanwhile. Default: never. */
  readonly isStarting?: () => boolean;

  /** Default: `DEFAULT_FEED_LIMITS`. */
  readonly feedLimits?: FeedLimits;
}

/** 20,000 connections; five minutes. */
export const DEFAULT_CONNECTION_LIMITS: ConnectionLimits = { connections: 20_000, stuckMs: 300_000 };
