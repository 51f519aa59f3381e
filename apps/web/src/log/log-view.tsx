import type { Entry } from '@tailgate/client';
import type { ChannelName, PositionText } from '@tailgate/protocol';
import { useEffect, useImperativeHandle, useState, type Ref } from 'react';
import type { LogSource } from './log-source.js';

/** What others may do with what is shown. */
export interface LogViewHandle {
  /** Empties the display. What was shown is still in the channel. */
  clear(): void;
}

interface LogViewProps {
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
  /** Addresses of all that the channel holds. */
  readonly downloads: { readonly text: string; readonly ndjson: string };
  readonly ref?: Ref<LogViewHandle>;
}

/** The most rows in the page. */
const MOST_ROWS = 500;

interface Shown {
  readonly source: LogSource;
  readonly entries: readonly Entry[];
}

/** What a source delivers, line by line. */
export function LogView({ source, channels, ref }: LogViewProps) {
  const [shown, setShown] = useState<Shown>({ source, entries: [] });
  useImperativeHandle(ref, () => ({ clear: () => setShown({ source, entries: [] }) }), [source]);
  useEffect(
    () =>
      source.live((fresh) =>
        setShown((was) => ({
          source,
          entries: [...(was.source === source ? was.entries : []), ...fresh].slice(-MOST_ROWS),
        })),
      ),
    [source],
  );
  return (
    <div className="plain-log" role="log" aria-label={`Lines of ${channels.join(', ')}`} tabIndex={0}>
      {(shown.source === source ? shown.entries : []).map((entry) => (
        <div key={`${entry.channel} ${entry.position} ${entry.type}`}>
          {entry.type === 'log' ? entry.line : `[${entry.type}]`}
        </div>
      ))}
    </div>
  );
}
