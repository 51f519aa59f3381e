import { useMemo } from 'react';
import { useSearchParams } from 'wouter';
import type { LineFilter } from '../gateway/filter.js';

/** The filter that the address says, and how to say another: a filtered page can be handed on. */
export function useFilter(): readonly [LineFilter, (filter: LineFilter) => void] {
  const [query, setQuery] = useSearchParams();
  const grep = query.get('grep') ?? '';
  const ignoreCase = query.has('i');
  const invert = query.has('invert');
  const filter = useMemo(() => ({ grep, ignoreCase, invert }), [grep, ignoreCase, invert]);
  const setFilter = (next: LineFilter): void =>
    setQuery(
      (was) => {
        const wanted = { grep: next.grep, i: next.ignoreCase ? '1' : '', invert: next.invert ? '1' : '' };
        for (const [name, value] of Object.entries(wanted)) {
          if (value === '') was.delete(name);
          else was.set(name, value);
        }
        // The line that was named may not be among those that are left.
        was.delete('at');
        return was;
      },
      { replace: true },
    );
  return [filter, setFilter];
}
