import type { Entry } from '@tailgate/client';
import type { ChannelName, PositionText } from '@tailgate/protocol';
import type { Ref } from 'react';
import type { Downloads } from '../reading/export-menu.js';
import type { Limits } from './log-feed.js';
import type { LogSource } from './log-source.js';

/** What others may do with what is shown. */
export interface LogViewHandle {
  /** Empties the display. What was shown is still in the channel. */
  clear(): void;
}

export interface LogViewProps {
  /** Another source begins with an empty view. */
  readonly source: LogSource;
  /** What the source follows. */
  readonly channels: readonly ChannelName[];
  /** The line to show and mark, of one channel; without it the end is followed. */
  readonly at?: PositionText | undefined;
  /** The reader has chosen the line that the address is to name, or none. */
  readonly onPosition: (position: PositionText | undefined) => void;
  /** The address of a line. */
  readonly linkTo: (entry: Entry) => string;
  readonly downloads: Downloads;
  /** What may be in memory. */
  readonly limits?: Limits;
  readonly ref?: Ref<LogViewHandle>;
}
