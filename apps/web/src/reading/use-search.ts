import { useCallback, useEffect, useMemo, useState } from 'react';
import { CUT_AT } from '../line/shown-part.js';
import type { LogModel } from '../log/log-model.js';
import { matcherFor, type Matcher, type Wanted } from './matcher.js';
import { Search } from './search.js';

/** How long a search takes the page's time at once, and how long it waits for more lines to have come. Milliseconds. */
const SLICE_MS = 8;
const WAIT_MS = 100;

export interface SearchState {
  readonly isOpen: boolean;
  /** Changes each time that somebody wants to type what to look for. */
  readonly openings: number;
  readonly wanted: Wanted;
  readonly matcher: Matcher | undefined;
  /** What is wrong with the expression. */
  readonly problem: string | undefined;
  readonly count: number;
  /** Which of them the reader is at, from 1 on; 0 where at none. */
  readonly rank: number;
  readonly isDone: boolean;
  readonly open: () => void;
  readonly close: () => void;
  readonly want: (change: Partial<Wanted>) => void;
  /** Goes to the next match, or to the one before. */
  readonly go: (step: 1 | -1) => void;
}

const NOTHING: Wanted = { text: '', isPattern: false, isCaseSensitive: false };

/** A search through the lines that the page holds, which goes on in slices while lines come. */
export function useSearch(model: LogModel): SearchState {
  const [isOpen, setOpen] = useState(false);
  const [openings, setOpenings] = useState(0);
  const [wanted, setWanted] = useState(NOTHING);
  const { matcher, problem } = useMatcher(isOpen ? wanted : NOTHING);
  const search = useMemo(() => matcher && new Search(model.store, matcher), [model, matcher]);
  const isDone = useSlices(search, model);
  const current = model.selection?.current;

  const go = useCallback(
    (step: 1 | -1) => {
      const from =
        model.selection?.current ?? (step > 0 ? model.layout.viewport.top - 1 : model.layout.viewport.bottom + 1);
      const passes = model.layout.shape.passes.bind(model.layout.shape);
      const found = step > 0 ? search?.next(from, passes) : search?.previous(from, passes);
      const entry = found === undefined ? undefined : model.store.at(found)?.entry;
      if (found === undefined || entry?.type !== 'log') return;
      // What matches may be in the part of it that is not shown.
      const isHidden = entry.line.length > CUT_AT || entry.line.includes('\n');
      if (isHidden && !model.layout.shape.isOpened(found)) model.toggle(found);
      model.select(found);
      model.reveal(found, 'middle');
    },
    [model, search],
  );

  return {
    isOpen,
    openings,
    wanted,
    matcher,
    problem,
    count: search?.count ?? 0,
    rank: search && current !== undefined && search.has(current) ? search.rank(current) + 1 : 0,
    isDone,
    open: useCallback(() => {
      setOpen(true);
      setOpenings((before) => before + 1);
    }, []),
    close: useCallback(() => setOpen(false), []),
    want: useCallback((change: Partial<Wanted>) => setWanted((before) => ({ ...before, ...change })), []),
    go,
  };
}

interface MatcherState {
  readonly matcher: Matcher | undefined;
  readonly problem: string | undefined;
}

const NO_MATCHER: MatcherState = { matcher: undefined, problem: undefined };

function useMatcher(wanted: Wanted): MatcherState {
  const [state, setState] = useState(NO_MATCHER);
  useEffect(() => {
    let isCurrent = true;
    const show = (next: MatcherState): void => {
      if (isCurrent) setState(next);
    };
    if (wanted.text === '') show(NO_MATCHER);
    else {
      matcherFor(wanted).then(
        (matcher) => show({ matcher, problem: undefined }),
        (error: unknown) =>
          show({ matcher: undefined, problem: error instanceof Error ? error.message : String(error) }),
      );
    }
    return () => {
      isCurrent = false;
    };
  }, [wanted]);
  return state;
}

/** Lets the search go on bit by bit; answers whether it has seen all there is. */
function useSlices(search: Search | undefined, model: LogModel): boolean {
  const [progress, setProgress] = useState({ isDone: true });
  useEffect(() => {
    if (!search) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const run = (): void => {
      const isDone = search.step(SLICE_MS);
      timer = isDone ? undefined : setTimeout(run);
      // An object each time: the count may be another.
      setProgress({ isDone });
    };
    const stopWatching = search.watch();
    run();
    const stop = model.subscribe(() => (timer ??= setTimeout(run, WAIT_MS)));
    return () => {
      stop();
      stopWatching();
      clearTimeout(timer);
    };
  }, [search, model]);
  return progress.isDone;
}
