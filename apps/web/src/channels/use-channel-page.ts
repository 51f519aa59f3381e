import { useEffect, useState } from 'react';
import { listChannels, type ChannelPage } from '../gateway/channel-list.js';
import { useSession } from '../session/session-context.js';
import { LineRates } from './line-rates.js';
import type { ListQuery } from './use-list-query.js';

const PAGE_SIZE = 50;

/** So often the list is asked for, while somebody looks: milliseconds. */
const REFRESH_MS = 2_000;

interface ShownPage {
  readonly page: ChannelPage | undefined;
  /** Lines a second, by channel, of those that have had some since the list was asked for before. */
  readonly rates: ReadonlyMap<string, number>;
  /** Why the list is not of now; empty where it is. */
  readonly fault: string;
}

/** A page of the list of channels, asked for again and again. */
export function useChannelPage({ kind, prefix, order, cursors }: ListQuery): ShownPage {
  const { failed, signIns } = useSession();
  const [shown, setShown] = useState<ShownPage>({ page: undefined, rates: new Map(), fault: '' });
  const cursor = cursors.at(-1);
  useEffect(() => {
    const end = new AbortController();
    const rates = new LineRates();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async (): Promise<void> => {
      try {
        const page = await listChannels({ kind, prefix, order, limit: PAGE_SIZE, cursor }, end.signal);
        setShown({ page, rates: rates.of(page.channels, Date.now()), fault: '' });
      } catch (error) {
        if (end.signal.aborted) return;
        failed(error);
        setShown(({ page }) => ({
          page,
          rates: new Map(),
          fault: error instanceof Error ? error.message : String(error),
        }));
      }
      timer = setTimeout(again, REFRESH_MS);
    };
    const again = (): void => {
      // `look` has nothing left to reject with.
      if (!document.hidden) look().catch(() => undefined);
    };
    again();
    const shownAgain = (): void => {
      clearTimeout(timer);
      again();
    };
    document.addEventListener('visibilitychange', shownAgain);
    return () => {
      end.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', shownAgain);
    };
  }, [kind, prefix, order, cursor, failed, signIns]);
  return shown;
}
