import type { ChannelName } from './channel.js';
import type { ChannelStatus, Closing, EpochOpened, Gap } from './events.js';
import type { ChannelSelector } from './pattern.js';
import type { PositionText } from './position.js';
import type { ChannelRecord } from './record.js';

/** The WebSocket subprotocol that these frames are. */
export const SUBPROTOCOL = 'tailgate.v1';

/** What `welcome` says. */
export const PROTOCOL_VERSION = 1;

/** Begins to follow a channel, or all that match a pattern. `after` wins over `since`, and `since` over `tail`. */
export interface Subscribe {
  readonly type: 'subscribe';
  readonly channel: ChannelSelector;
  readonly after?: PositionText;
  /** How many records of history come first. */
  readonly tail?: number;
  /** RFC 3339, or an age such as `15m`. */
  readonly since?: string;
  /** An RE2 expression. */
  readonly grep?: string;
  /** `i`: letters match in either case. */
  readonly grepFlags?: 'i';
  /** `true`: what `grep` does not match. */
  readonly invert?: boolean;
  /** With a pattern: where to resume, by channel. Channels that are not listed begin at their first record. */
  readonly cursors?: Readonly<Record<ChannelName, PositionText>>;
}

/** About a subscription that was made with the same `channel`. */
export interface SubscriptionChange<Type extends string> {
  readonly type: Type;
  readonly channel: ChannelSelector;
}

export interface PingFrame<Type extends string> {
  readonly type: Type;
  /** Milliseconds since the Unix epoch, by the clock of who sent the ping. */
  readonly time: number;
}

/** A new token, before the old one expires. */
export interface Auth {
  readonly type: 'auth';
  readonly token: string;
}

export type ClientFrame =
  | Subscribe
  | SubscriptionChange<'unsubscribe'>
  | SubscriptionChange<'pause'>
  | SubscriptionChange<'resume'>
  | PingFrame<'ping'>
  | Auth;

/** The first frame of a connection. */
export interface Welcome {
  readonly type: 'welcome';
  readonly replica: string;
  readonly version: typeof PROTOCOL_VERSION;
}

export interface Subscribed {
  readonly type: 'subscribed';
  readonly channel: ChannelName;
  /** The position before the first record that will be sent. */
  readonly cursor: PositionText;
  readonly first: PositionText | null;
  readonly last: PositionText | null;
  /** The followed file, where there is exactly one. */
  readonly source?: string;
}

export interface Records {
  readonly type: 'records';
  readonly channel: ChannelName;
  /** The position of the first record; without `ids`, the others follow it without a hole. */
  readonly first: PositionText;
  readonly records: readonly ChannelRecord[];
  /** With a filter: the position of each record. */
  readonly ids?: readonly PositionText[];
}

/** The channel's cursor has reached its head as of subscribing. */
export interface LiveFrame {
  readonly type: 'live';
  readonly channel: ChannelName;
}

/** How far a filtered subscription has got over records that didn't match. */
export interface PositionFrame {
  readonly type: 'position';
  readonly channel: ChannelName;
  readonly position: PositionText;
}

export interface ErrorFrame {
  readonly type: 'error';
  /** One of `ErrorCode`; a reader must expect codes that are newer than it is. */
  readonly code: string;
  readonly message: string;
  /** What the client called the channel, which may be no channel's name. */
  readonly channel?: string;
}

export interface Authorized {
  readonly type: 'authorized';
  /** When the connection now ends: milliseconds since the Unix epoch. */
  readonly expiresAt: number;
}

export type ServerFrame =
  | Welcome
  | Subscribed
  | Records
  | LiveFrame
  | PositionFrame
  | ({ readonly type: 'epoch' } & EpochOpened)
  | ({ readonly type: 'gap' } & Gap)
  | ({ readonly type: 'status' } & ChannelStatus)
  | ({ readonly type: 'closing' } & Closing)
  | ErrorFrame
  | PingFrame<'pong'>
  | SubscriptionChange<'paused'>
  | SubscriptionChange<'resumed'>
  | SubscriptionChange<'unsubscribed'>
  | Authorized;

/** One text frame: a JSON object on one line. */
export function printFrame(frame: ClientFrame | ServerFrame): string {
  return JSON.stringify(frame);
}
