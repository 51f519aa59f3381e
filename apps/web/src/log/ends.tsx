import { useSyncExternalStore } from 'react';
import type { LogModel } from './log-model.js';
import styles from './log.module.css';

const number = new Intl.NumberFormat('en');

/** At the upper edge: what there is to say of the lines before the first. */
export function Beginning({ model }: { readonly model: LogModel }) {
  const older = useSyncExternalStore(model.subscribe, () => model.feed.older);
  const isAtTop = useSyncExternalStore(
    model.subscribe,
    () => model.layout.viewport.beyond[0] === 0 && model.store.size > 0,
  );
  if (older.state === 'failed') {
    return (
      <div className={styles['beginning']} role="alert">
        Older lines could not be loaded: {older.reason}{' '}
        <button type="button" onClick={() => model.loadOlder()}>
          Try again
        </button>
      </div>
    );
  }
  if (older.state === 'complete' || !isAtTop) return null;
  return (
    <div className={styles['beginning']}>
      {older.state === 'loading' ? (
        'Loading older lines…'
      ) : (
        <button type="button" onClick={() => model.loadOlder()}>
          Load older lines
        </button>
      )}
    </div>
  );
}

/** At the lower edge, for one who does not follow the end: the way there, and what is new. */
export function End({ model, onEnd }: { readonly model: LogModel; readonly onEnd: () => void }) {
  const isFollowing = useSyncExternalStore(model.subscribe, () => model.layout.viewport.isFollowing);
  const newer = useSyncExternalStore(model.subscribe, () => model.feed.newer);
  const news = useSyncExternalStore(model.subscribe, () => model.arrivals.unseen);
  const problem = useSyncExternalStore(model.subscribe, () => model.problem);
  const reason = problem ?? (newer.state === 'failed' ? newer.reason : undefined);
  return (
    <div className={styles['end']}>
      {reason !== undefined && (
        <p className={styles['problem']} role="alert">
          Lines could not be loaded: {reason}
        </p>
      )}
      {!isFollowing && (
        <button type="button" className={styles['follow']} onClick={onEnd}>
          ↓ {news > 0 ? `${number.format(news)} new ${news === 1 ? 'line' : 'lines'}` : 'Follow the end'}
        </button>
      )}
    </div>
  );
}
