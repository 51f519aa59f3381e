import type { ChannelName } from '@tailgate/protocol';
import { Fault } from '../app/fault.js';
import { useState } from 'react';
import { Link } from 'wouter';
import { AppBar } from '../app/app-bar.js';
import { useTitle } from '../app/use-title.js';
import { severalPath } from '../viewer/channel-path.js';
import { ChannelTable } from './channel-table.js';
import { NewDeploymentButton } from './new-deployment-button.js';
import { NoChannels } from './no-channels.js';
import { useChannelPage } from './use-channel-page.js';
import { useListQuery, type ListQuery } from './use-list-query.js';
import { useStatuses } from './use-statuses.js';

/** All channels, and what they do at the moment. */
export function IndexPage() {
  const { query, setQuery } = useListQuery();
  const { page, rates, fault } = useChannelPage(query);
  const statuses = useStatuses(page?.channels);
  const [chosen, setChosen] = useState<readonly ChannelName[]>([]);
  useTitle('Channels');
  const isEmpty = page?.channels.length === 0;
  const isWhole = query.kind === undefined && query.prefix === '';
  return (
    <>
      <AppBar />
      <main className="page">
        <div className="page-head">
          <h1>Channels</h1>
          <NewDeploymentButton />
        </div>
        <ListTools query={query} onQuery={setQuery} />
        {fault !== '' && <Fault text={fault} />}
        {isEmpty && isWhole && <NoChannels />}
        {isEmpty && !isWhole && <p className="empty">No channel is called so.</p>}
        {page && !isEmpty && (
          <ChannelTable
            channels={page.channels}
            rates={rates}
            statuses={statuses}
            chosen={chosen}
            onChoose={setChosen}
          />
        )}
        <div className="page-foot">
          <OpenTogether chosen={chosen} />
          <Pages query={query} next={page?.next ?? undefined} onQuery={setQuery} />
        </div>
      </main>
    </>
  );
}

const KINDS = [
  [undefined, 'All'],
  ['deployment', 'Deployments'],
  ['host', 'Hosts'],
] as const;

interface QueryProps {
  readonly query: ListQuery;
  readonly onQuery: (change: Partial<ListQuery>) => void;
}

function ListTools({ query, onQuery }: QueryProps) {
  return (
    <div className="list-tools">
      <div className="segments" role="group" aria-label="Kind">
        {KINDS.map(([kind, name]) => (
          <button key={name} type="button" aria-pressed={query.kind === kind} onClick={() => onQuery({ kind })}>
            {name}
          </button>
        ))}
      </div>
      <label className="field list-search">
        <span className="hidden">Search: how a name begins</span>
        <input
          type="search"
          value={query.prefix}
          placeholder="Search: how a name begins"
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          maxLength={128}
          onChange={({ target }) => onQuery({ prefix: target.value })}
        />
      </label>
      <label className="field">
        <span className="hidden">Order</span>
        <select
          value={query.order}
          onChange={({ target }) => onQuery({ order: target.value === 'recent' ? 'recent' : 'name' })}
        >
          <option value="name">by name</option>
          <option value="recent">newest first</option>
        </select>
      </label>
    </div>
  );
}

function OpenTogether({ chosen }: { readonly chosen: readonly ChannelName[] }) {
  if (chosen.length < 2) return <p className="about">Choose several to see them together.</p>;
  return (
    <p className="together">
      {chosen.length} channels: <Link href={severalPath(chosen)}>merged into one</Link>,{' '}
      <Link href={severalPath(chosen, 'side')}>side by side</Link>
    </p>
  );
}

function Pages({ query, next, onQuery }: QueryProps & { readonly next: string | undefined }) {
  const { cursors } = query;
  if (cursors.length === 0 && next === undefined) return null;
  return (
    <nav className="page-buttons" aria-label="Pages">
      <button type="button" disabled={cursors.length === 0} onClick={() => onQuery({ cursors: cursors.slice(0, -1) })}>
        Previous
      </button>
      <span>Page {cursors.length + 1}</span>
      <button
        type="button"
        disabled={next === undefined}
        onClick={() => next !== undefined && onQuery({ cursors: [...cursors, next] })}
      >
        Next
      </button>
    </nav>
  );
}
