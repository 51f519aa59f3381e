import type { ChannelName } from '@tailgate/protocol';

/** Is told what feeds do, for metrics and logs. Must not throw. */
export interface FeedObserver {
  /** History was read from the broker: bytes of payload. */
  historyRead(bytes: number): void;

  /** A live batch was handed to the connections of its viewers, so many milliseconds after the time of its first record, by two clocks. */
  carried(milliseconds: number): void;

  /** The stored head was newer than what had come live: messages were lost on the way. */
  liveMessagesLost(channel: ChannelName): void;

  /** The broker has rejected a request for this channel; it is tried again. */
  brokerFailed(channel: ChannelName, error: unknown): void;
}
