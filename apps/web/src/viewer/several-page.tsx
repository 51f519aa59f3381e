import { useMemo } from 'react';
import { Link, useSearchParams } from 'wouter';
import { AppBar } from '../app/app-bar.js';
import { useTitle } from '../app/use-title.js';
import { channelsOf, severalPath } from './channel-path.js';
import { ChannelsPage } from './channels-page.js';

/** What one event stream carries at most; a page of more would be no help either. */
const MOST_CHANNELS = 16;

/** `/view?channel=…&channel=…`: several channels on one connection, as one log or side by side. */
export function SeveralPage() {
  const [query] = useSearchParams();
  const named = query.getAll('channel').join();
  const channels = useMemo(() => channelsOf(named.split(',')).slice(0, MOST_CHANNELS), [named]);
  const show = query.get('show') === 'side' ? 'side' : 'merged';
  useTitle(channels.join(', '));
  if (channels.length === 0) return <NoChannel />;
  return (
    <ChannelsPage
      key={show}
      channels={channels}
      show={show}
      heading={
        <>
          <h1 className="several-name">{channels.length} channels</h1>
          <nav className="segments" aria-label="How they are shown">
            <Link href={severalPath(channels)} aria-current={show === 'merged' ? 'page' : undefined}>
              Merged
            </Link>
            <Link href={severalPath(channels, 'side')} aria-current={show === 'side' ? 'page' : undefined}>
              Side by side
            </Link>
          </nav>
        </>
      }
    />
  );
}

function NoChannel() {
  return (
    <>
      <AppBar />
      <main className="page">
        <h1>No channel is named</h1>
        <p>
          Choose some of <Link href="/">all channels</Link>, and open them together.
        </p>
      </main>
    </>
  );
}
