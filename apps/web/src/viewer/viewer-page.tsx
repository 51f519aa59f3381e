import { connect } from '@tailgate/client';
import { useMemo, useRef } from 'react';
import { LogView, type LogSource, type LogViewHandle } from '../log/index.js';

/** Lines of history to begin with. */
const TAIL = 50;

/** Channels, live. */
export function ViewerPage({ channels }: { readonly channels: readonly string[] }) {
  const key = channels.join();
  const source = useMemo<LogSource>(() => {
    const subscription = connect(location.origin).subscribe(key.split(','), { tail: TAIL });
    return {
      live: (listener) => subscription.on('entries', listener),
      before: () => Promise.resolve({ entries: [], more: false }),
    };
  }, [key]);
  const view = useRef<LogViewHandle>(null);
  return (
    <main>
      <button type="button" onClick={() => view.current?.clear()}>
        Clear
      </button>
      <LogView source={source} channels={channels} onPosition={() => undefined} ref={view} />
    </main>
  );
}
