import { useEffect, useState } from 'react';

/** The time, every second for as long as it is needed: milliseconds since the Unix epoch. */
export function useNow(isNeeded: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!isNeeded) return undefined;
    const tick = (): void => setNow(Date.now());
    tick();
    const timer = setInterval(tick, 1_000);
    return () => clearInterval(timer);
  }, [isNeeded]);
  return isNeeded ? now : 0;
}
