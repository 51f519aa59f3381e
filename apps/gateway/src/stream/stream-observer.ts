import type { ConnectionObserver } from '../connection/connections.js';
import type { FeedObserver } from '../feed/feed-observer.js';
import type { SessionObserver } from '../session/session-observer.js';

/** Is told what streams do, for metrics and logs. Must not throw. No metric may be labelled with a channel: there may be any number. */
export interface StreamObserver extends FeedObserver, SessionObserver, ConnectionObserver {
  /** Was handed to a viewer's connection. */
  sent(records: number, bytes: number): void;

  /** A round of writes to all viewers that had something new. */
  round(milliseconds: number): void;

  /** A new stream was told to come again. */
  streamRefused(reason: 'starting' | 'drain' | 'too-many'): void;
}

/** Keeps nothing of it. */
export const silentObserver: StreamObserver = {
  historyRead: () => undefined,
  carried: () => undefined,
  liveMessagesLost: () => undefined,
  brokerFailed: () => undefined,
  connectionOpened: () => undefined,
  connectionClosed: () => undefined,
  sessionOpened: () => undefined,
  sessionClosed: () => undefined,
  gapSent: () => undefined,
  viewerSlow: () => undefined,
  sessionFailed: () => undefined,
  sent: () => undefined,
  round: () => undefined,
  streamRefused: () => undefined,
};
