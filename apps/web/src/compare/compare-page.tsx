import type { TransportName } from '@tailgate/client';
import { parseChannel, type ChannelName } from '@tailgate/protocol';
import { useEffect, useMemo, useState } from 'react';
import { useSearchParams } from 'wouter';
import { AppBar } from '../app/app-bar.js';
import { useTitle } from '../app/use-title.js';
import { ConnectionButtons } from '../connection/connection-buttons.js';
import { ConnectionFacts, TRANSPORTS } from '../connection/connection-facts.js';
import { ConnectionSource } from '../connection/connection-source.js';
import { SignView } from '../connection/sign-view.js';
import { useConnectionView } from '../connection/use-connection.js';
import { useLiveConnection } from '../connection/use-live-connection.js';
import { listChannels } from '../gateway/channel-list.js';
import { NO_FILTER } from '../gateway/filter.js';
import { useSession } from '../session/session-context.js';
import { LogPane } from '../viewer/log-pane.js';

/** The same channel over Server-Sent Events and over WebSocket. */
export default function ComparePage() {
  const [query, setQuery] = useSearchParams();
  const known = useRecentChannels();
  const channel = parseChannel(query.get('channel') ?? '') ?? known[0];
  const listed = channel === undefined || known.includes(channel) ? known : [channel, ...known];
  useTitle('Compare');
  return (
    <div className="viewer">
      <AppBar>
        <h1 className="several-name">Compare</h1>
        <label className="channel-select">
          <span className="hidden">Channel</span>
          <select value={channel ?? ''} onChange={({ target }) => setQuery({ channel: target.value })}>
            {listed.map((each) => (
              <option key={each} value={each}>
                {each}
              </option>
            ))}
          </select>
        </label>
      </AppBar>
      <main className="panes" data-show="side">
        {channel === undefined ? (
          <p className="empty">There is no channel yet.</p>
        ) : (
          (['sse', 'websocket'] as const).map((transport) => (
            <TransportPane key={`${transport} ${channel}`} channel={channel} transport={transport} />
          ))
        )}
      </main>
    </div>
  );
}

function TransportPane({ channel, transport }: { readonly channel: ChannelName; readonly transport: TransportName }) {
  const { failed } = useSession();
  const channels = useMemo(() => [channel], [channel]);
  const connection = useLiveConnection(channels, NO_FILTER, transport);
  const view = useConnectionView(connection);
  const source = useMemo(() => new ConnectionSource(connection, NO_FILTER), [connection]);
  const [clears, setClears] = useState(0);
  return (
    <section className="transport-pane" aria-label={TRANSPORTS[transport]}>
      <header className="bar">
        <h2 className="pane-name">{TRANSPORTS[transport]}</h2>
        <SignView view={view} />
      </header>
      <div className="bar tool-bar">
        <ConnectionButtons
          connection={connection}
          view={view}
          onClear={() => setClears((count) => count + 1)}
          onFailure={failed}
        />
      </div>
      <LogPane channels={channels} source={source} filter={NO_FILTER} clears={clears} isNamed={false} />
      <footer className="bar facts-bar">
        <ConnectionFacts view={view} />
      </footer>
    </section>
  );
}

/** Where something has happened lately, that first. */
function useRecentChannels(): readonly ChannelName[] {
  const { failed } = useSession();
  const [channels, setChannels] = useState<readonly ChannelName[]>([]);
  useEffect(() => {
    const end = new AbortController();
    listChannels({ order: 'recent', limit: 100 }, end.signal).then(
      (page) => setChannels(page.channels.map(({ channel }) => channel)),
      (error: unknown) => {
        if (!end.signal.aborted) failed(error);
      },
    );
    return () => end.abort();
  }, [failed]);
  return channels;
}
