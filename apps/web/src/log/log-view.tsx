import type { Entry } from '@tailgate/client';
import type { PositionText } from '@tailgate/protocol';
import { useEffect, useImperativeHandle, useState, type Ref } from 'react';
import type { LogSource } from './log-source.js';

/** What others may do with what is shown. */
export interface LogViewHandle {
  /** Empties the display. What was shown is still in the channel; history loads again as one scrolls up. */
  clear(): void;
}

interface LogViewProps {
  /** Another source begins with an empty view. */
  readonly source: LogSource;
  /** What the source follows. */
  readonly channels: readonly string[];
  /** The entry to show and mark; without it the end is followed. */
  readonly at?: PositionText | undefined;
  /** The reader has chosen the entry that the address is to name, or none. */
  readonly onPosition: (position: PositionText | undefined) => void;
  readonly ref?: Ref<LogViewHandle>;
}

/** The most rows in the page. */
const MOST_ROWS = 500;

/** What a source delivers, line by line. */
export function LogView({ source, channels, ref }: LogViewProps) {
  const [entries, setEntries] = useState<readonly Entry[]>([]);
  useImperativeHandle(ref, () => ({ clear: () => setEntries([]) }), []);
  useEffect(() => source.live((fresh) => setEntries((shown) => [...shown, ...fresh].slice(-MOST_ROWS))), [source]);
  return (
    <div role="log" aria-label={`Lines of ${channels.join(', ')}`} tabIndex={0}>
      {entries.map((entry) => (
        <div key={`${entry.channel} ${entry.position} ${entry.type}`}>
          {entry.type === 'log' ? entry.line : `[${entry.type}]`}
        </div>
      ))}
    </div>
  );
}
