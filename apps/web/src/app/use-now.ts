import { useEffect, useState } from 'react';

/**
 * This machine's time, looked at every so many milliseconds, and at once where the tab was hidden. `undefined`: nobody needs it now, and
 * nothing is drawn anew for it.
 */
export function useNow(everyMs: number | undefined): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (everyMs === undefined) return undefined;
    const look = (): void => setNow(Date.now());
    look();
    const timer = setInterval(look, everyMs);
    document.addEventListener('visibilitychange', look);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, [everyMs]);
  return now;
}
