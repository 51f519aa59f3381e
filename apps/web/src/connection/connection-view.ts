import type { ClientError, ConnectionState, TransportName } from '@tailgate/client';
import type { Mismatch } from '@tailgate/client/verify';
import type { ChannelName, ChannelStatus, PositionText } from '@tailgate/protocol';

/** What is shown of a connection; another object after each change. Times are this machine's, milliseconds since the Unix epoch. */
export interface ConnectionView {
  readonly phase: ConnectionState['phase'];
  /** Nobody wants a connection: *Disconnect* was pressed. */
  readonly isOff: boolean;
  readonly isPaused: boolean;
  /** Of the connection that there is, or of the dial. */
  readonly transport: TransportName | undefined;
  /** Why there is none. */
  readonly error: ClientError | undefined;
  readonly retryAt: number | undefined;
  /** Since when there is a connection. */
  readonly connectedAt: number | undefined;
  /** What the server says of each channel; nothing while there is no connection. */
  readonly statuses: ReadonlyMap<ChannelName, ChannelStatus>;
  /** Records since the page was opened. */
  readonly received: number;
  /** When the last one came; of history: its time. */
  readonly lastAt: number | undefined;
  /** From the newest line's time to its arrival: milliseconds. */
  readonly latency: number | null;
  /** The last ping: milliseconds. */
  readonly roundTrip: number | null;
  /** What the running hashes say of the records; `undefined` with a filter, which leaves out what they are over. */
  readonly verified: VerifiedView | undefined;
}

export interface VerifiedView {
  /** How many were found to be what was appended. */
  readonly records: number;
  /** The last of them, of a connection of one channel. */
  readonly to: PositionText | undefined;
  /** Some were not; the last time that this was found. */
  readonly mismatch: Mismatch | undefined;
}

export const NOT_CONNECTED: ConnectionView = {
  phase: 'idle',
  isOff: false,
  isPaused: false,
  transport: undefined,
  error: undefined,
  retryAt: undefined,
  connectedAt: undefined,
  statuses: new Map(),
  received: 0,
  lastAt: undefined,
  latency: null,
  roundTrip: null,
  verified: undefined,
};
