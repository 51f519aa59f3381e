import { useState } from 'react';
import { useSearchParams } from 'wouter';

/** What of the channels is listed. */
export interface ListQuery {
  readonly kind: string | undefined;
  /** How names begin. */
  readonly prefix: string;
  readonly order: 'name' | 'recent';
  /** Where each page behind the first begins, up to the one that is shown. */
  readonly cursors: readonly string[];
}

interface ListQueryState {
  readonly query: ListQuery;
  /** Whoever lists something else is on its first page. */
  readonly setQuery: (change: Partial<ListQuery>) => void;
}

/** Kind, search and order are in the address; the page is not, since a cursor means nothing to somebody else. */
export function useListQuery(): ListQueryState {
  const [search, setSearch] = useSearchParams();
  const [cursors, setCursors] = useState<readonly string[]>([]);
  const query: ListQuery = {
    kind: search.get('kind') ?? undefined,
    prefix: search.get('prefix') ?? '',
    order: search.get('order') === 'recent' ? 'recent' : 'name',
    cursors,
  };
  const setQuery = (change: Partial<ListQuery>): void => {
    const next = { ...query, cursors: [], ...change };
    setCursors(next.cursors);
    const shown = { kind: next.kind, prefix: next.prefix, order: next.order === 'name' ? '' : next.order };
    const entries = Object.entries(shown).filter((entry): entry is [string, string] => (entry[1] ?? '') !== '');
    setSearch(new URLSearchParams(entries), { replace: true });
  };
  return { query, setQuery };
}
