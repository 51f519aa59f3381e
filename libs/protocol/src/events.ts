import type { ChannelName } from './channel.js';
import type { PositionText } from './position.js';
import type { ChannelRecord, LogRecord, Notice } from './record.js';

/** What a record carries beside its own fields where the stream alone doesn't say it: several channels, a filtered batch, REST. */
export interface Placed {
  readonly channel?: ChannelName;
  readonly id?: PositionText;
}

export interface ChannelBounds {
  readonly channel: ChannelName;
  /** The oldest and newest record's positions; `null` where there is none yet. */
  readonly first: PositionText | null;
  readonly last: PositionText | null;
  /** The followed file, where there is exactly one. */
  readonly source?: string;
}

/** The first event of a connection. Its id is the cursor before the first record that will be sent. */
export interface Connected {
  readonly channels: readonly ChannelBounds[];
  /** Which gateway answers. */
  readonly replica: string;
}

/** Before the first record of a new epoch. No gap by itself. */
export interface EpochOpened {
  readonly channel: ChannelName;
  /** The last position of the old epoch. */
  readonly closed: PositionText;
  /** `E-0` of the new epoch. */
  readonly opened: PositionText;
  /** The event's own position, where the stream has several channels. */
  readonly id?: PositionText;
}

export const GAP_REASONS = ['trimmed', 'epoch', 'purged', 'filtered-limit', 'unknown-position'] as const;

export type GapReason = (typeof GAP_REASONS)[number];

/** Positions that will not be sent, before the record that follows them. Inclusive; `null` where not known. */
export interface Gap {
  readonly channel: ChannelName;
  readonly from: PositionText | null;
  readonly to: PositionText | null;
  readonly lost: number | null;
  readonly reason: GapReason;
  /** The event's own position, where the stream has several channels. */
  readonly id?: PositionText;
}

export const CHANNEL_STATES = ['following', 'waiting', 'stalled', 'unreachable'] as const;

/**
 * `following`: the file is followed. `waiting`: no file or no such channel yet. `stalled`: no sign of its tailer for 10 s.
 * `unreachable`: the broker is away; the stream stays open.
 */
export type ChannelState = (typeof CHANNEL_STATES)[number];

/** On connect and on change. */
export interface ChannelStatus {
  readonly channel: ChannelName;
  readonly state: ChannelState;
  /** Milliseconds since the Unix epoch. */
  readonly since: number;
  /** Bytes that are in the file and not yet on their way to viewers. */
  readonly lagBytes?: number;
}

/** The heartbeat. Its id moves the cursor of a filtered stream over records that didn't match. */
export interface Ping {
  /** Milliseconds since the Unix epoch. */
  readonly time: number;
}

export const CLOSING_REASONS = ['drain', 'expired', 'too-slow', 'too-many'] as const;

export type ClosingReason = (typeof CLOSING_REASONS)[number];

/** Before the server ends a stream. */
export interface Closing {
  readonly reason: ClosingReason;
}

/** What an SSE stream carries: the event's name and its data. PROTOCOL: "SSE". */
export type StreamEvent =
  | { readonly event: 'connected'; readonly data: Connected }
  | { readonly event: 'log'; readonly data: LogRecord & Placed }
  | { readonly event: 'notice'; readonly data: Notice & Placed }
  /** With `batch=1`: consecutive records, unless each carries its own `id`. */
  | { readonly event: 'lines'; readonly data: readonly (ChannelRecord & Placed)[] }
  | { readonly event: 'live'; readonly data: Record<string, never> }
  | { readonly event: 'epoch'; readonly data: EpochOpened }
  | { readonly event: 'gap'; readonly data: Gap }
  | { readonly event: 'status'; readonly data: ChannelStatus }
  | { readonly event: 'ping'; readonly data: Ping }
  | { readonly event: 'closing'; readonly data: Closing };
