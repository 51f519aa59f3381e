import type { ChannelName, Gap, GapReason, LogRecord, Notice, PositionText } from '@tailgate/protocol';

/** Where an entry stands. */
export interface Placed {
  readonly channel: ChannelName;
  /** What `after` takes to go on behind this entry. */
  readonly position: PositionText;
}

/** A line of the channel. */
export interface LogEntry extends LogRecord, Placed {
  readonly type: 'log';
}

/** What the tailer could not deliver, numbered like a line. */
export interface NoticeEntry extends Notice, Placed {
  readonly type: 'notice';
}

/** Positions that will not come: `from` to `to`, both included, `null` where not known. */
export interface GapEntry extends Omit<Gap, 'id' | 'reason'>, Placed {
  readonly type: 'gap';
  /** As the server said; `missing`: the server said nothing, and several connections left out the same numbers. */
  readonly reason: GapReason | 'missing';
}

/** Numbers begin anew. No gap by itself. What was delivered between `closed` and here comes again (PROTOCOL, "SSE"), also where a gap named nothing. */
export interface EpochEntry extends Placed {
  readonly type: 'epoch';
  /** The last position of the old epoch. */
  readonly closed: PositionText;
}

/** What a subscription delivers, in order, each once. */
export type Entry = LogEntry | NoticeEntry | GapEntry | EpochEntry;
