import { useCallback, useEffect, useState } from 'react';
import { listExports, type ChannelExport } from '../gateway/exports.js';
import { useSession } from '../session/session-context.js';
import { exportNews, isUnderWay } from './export-news.js';

/** So often the list is asked for while an export is under way, or the gateway does not answer: milliseconds. */
const REFRESH_MS = 1_000;

interface ShownExports {
  /** The newest first; `undefined` until the gateway has answered. */
  readonly exports: readonly ChannelExport[] | undefined;
  /** Why the list is not of now; empty where it is. */
  readonly fault: string;
  /** What has happened last, for screen readers. */
  readonly news: string;
}

/** The exports, asked for now, when `refresh` is called, and again and again while one is under way. */
export function useExports(): ShownExports & { readonly refresh: () => void } {
  const { failed, signIns } = useSession();
  const [shown, setShown] = useState<ShownExports>({ exports: undefined, fault: '', news: '' });
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    const end = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const answered = (exports: readonly ChannelExport[]): void => {
      if (end.signal.aborted) return;
      setShown((was) => ({ exports, fault: '', news: exportNews(was.exports, exports) || was.news }));
      if (exports.some(isUnderWay)) timer = setTimeout(look, REFRESH_MS);
    };
    const notAnswered = (error: unknown): void => {
      if (end.signal.aborted) return;
      failed(error);
      setShown((was) => ({ ...was, fault: error instanceof Error ? error.message : String(error) }));
      timer = setTimeout(look, REFRESH_MS);
    };
    const look = (): void => void listExports(end.signal).then(answered, notAnswered);
    look();
    return () => {
      end.abort();
      clearTimeout(timer);
    };
  }, [asked, failed, signIns]);
  const refresh = useCallback(() => setAsked((count) => count + 1), []);
  return { ...shown, refresh };
}
