import type { Entry } from '@tailgate/client';
import type { ChannelName, PositionText } from '@tailgate/protocol';
import { useEffect, useRef, useState } from 'react';
import { Link, useSearchParams } from 'wouter';
import { exportable } from '../exports/exportable.js';
import { ExportsDialog } from '../exports/exports-dialog.js';
import { filterQuery, type LineFilter } from '../gateway/filter.js';
import { LogView, type LogSource, type LogViewHandle } from '../log/index.js';
import { useSession } from '../session/session-context.js';
import { channelPath, linePath } from './channel-path.js';

interface LogPaneProps {
  readonly channels: readonly ChannelName[];
  readonly source: LogSource;
  readonly filter: LineFilter;
  /** The display is emptied each time that it grows. */
  readonly clears: number;
  /** One of several: its name stands over it. */
  readonly isNamed: boolean;
}

/** A log view with the addresses around it. */
export function LogPane({ channels, source, filter, clears, isNamed }: LogPaneProps) {
  const view = useRef<LogViewHandle>(null);
  const [query, setQuery] = useSearchParams();
  const [channel] = channels;
  const { caller } = useSession();
  const [isExporting, setExporting] = useState(false);
  const exported = exportable(channels, caller);
  const isOne = channels.length === 1 && !isNamed;
  useEffect(() => {
    if (clears > 0) view.current?.clear();
  }, [clears]);
  const name = (position: PositionText | undefined): void =>
    setQuery(
      (was) => {
        if (position === undefined) was.delete('at');
        else was.set('at', position);
        return was;
      },
      { replace: true },
    );
  const log = (
    <LogView
      ref={view}
      source={source}
      channels={channels}
      at={isOne ? (query.get('at') ?? undefined) : undefined}
      onPosition={isOne ? name : ignore}
      linkTo={linkTo}
      downloads={{
        ...downloadsOf(channel, filter),
        ...(exported && { inBackground: () => setExporting(true) }),
      }}
    />
  );
  const dialog = isExporting && exported && <ExportsDialog channels={exported} onClose={() => setExporting(false)} />;
  if (!isNamed || channel === undefined)
    return (
      <div className="pane">
        {log}
        {dialog}
      </div>
    );
  return (
    <section className="pane" aria-label={channel}>
      <h2 className="pane-name">
        <Link href={channelPath(channel)}>{channel}</Link>
      </h2>
      {log}
      {dialog}
    </section>
  );
}

/** A line of several channels is named by its own channel's page. */
function ignore(): void {
  // The address of this page can't name it.
}

function linkTo(entry: Entry): string {
  return linePath(entry.channel, entry.position);
}

/** Of several channels the first one's: a download is of one channel. */
function downloadsOf(channel: ChannelName | undefined, filter: LineFilter) {
  const path = `api/channels/${channel ?? ''}/download`;
  const href = (format: string): string =>
    `${path}?${new URLSearchParams({ format, ...filterQuery(filter) }).toString()}`;
  return { text: href('text'), ndjson: href('ndjson') };
}
