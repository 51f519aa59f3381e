import type { ChannelName } from '@tailgate/protocol';
import { useMemo, useState, type ReactNode } from 'react';
import { AlertsButton } from '../alerts/alerts-button.js';
import { useAlerts } from '../alerts/use-alerts.js';
import { AppBar } from '../app/app-bar.js';
import { ConnectionButtons } from '../connection/connection-buttons.js';
import { ConnectionFacts } from '../connection/connection-facts.js';
import { ConnectionSource } from '../connection/connection-source.js';
import { SignView } from '../connection/sign-view.js';
import { TransportSelect, useTransportChoice } from '../connection/transport-select.js';
import { useConnectionView } from '../connection/use-connection.js';
import { useLiveConnection } from '../connection/use-live-connection.js';
import { useSession } from '../session/session-context.js';
import { FilterBar } from './filter-bar.js';
import { LogPane } from './log-pane.js';
import { useFilter } from './use-filter.js';

interface ChannelsPageProps {
  /** Stays the same array while the channels do. */
  readonly channels: readonly ChannelName[];
  /** `side`: each in a pane of its own; `merged`: all as one log. */
  readonly show: 'side' | 'merged';
  /** What stands in the bar before the sign. */
  readonly heading: ReactNode;
}

/** Channels on one connection: what they bring, how they fare, and what one can do about it. */
export function ChannelsPage({ channels, show, heading }: ChannelsPageProps) {
  const { failed } = useSession();
  const [filter, setFilter] = useFilter();
  const [transport, setTransport] = useTransportChoice();
  const connection = useLiveConnection(channels, filter, transport);
  const view = useConnectionView(connection);
  const alerts = useAlerts(channels);
  const [clears, setClears] = useState(0);
  const isRefused = view.error?.code === 'bad_query' || view.error?.code === 'bad_frame';
  const logs = useMemo(
    () =>
      show === 'side'
        ? channels.map((channel) => ({
            channels: [channel],
            source: new ConnectionSource(connection, filter, [channel]),
          }))
        : [{ channels, source: new ConnectionSource(connection, filter) }],
    [channels, connection, filter, show],
  );
  return (
    <div className="viewer">
      <AppBar>
        {heading}
        <SignView view={view} />
      </AppBar>
      <section className="bar tool-bar" aria-label="Connection and filter">
        <FilterBar key={filter.grep} filter={filter} onFilter={setFilter} fault={isRefused ? view.error.message : ''} />
        <ConnectionButtons
          connection={connection}
          view={view}
          onClear={() => setClears((count) => count + 1)}
          onFailure={failed}
        />
        <AlertsButton alerts={alerts} />
        <TransportSelect choice={transport} onChoose={setTransport} />
      </section>
      <main className="panes" data-show={show}>
        {logs.map((log) => (
          <LogPane key={log.channels.join()} {...log} filter={filter} clears={clears} isNamed={show === 'side'} />
        ))}
      </main>
      <footer className="bar facts-bar">
        <ConnectionFacts view={view} />
      </footer>
    </div>
  );
}
