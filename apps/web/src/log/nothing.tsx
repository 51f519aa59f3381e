import { useSyncExternalStore } from 'react';
import { LEVELS } from '../line/level.js';
import type { ViewOptions } from '../reading/view-options.js';
import type { LogModel } from './log-model.js';
import styles from './log.module.css';

interface NothingProps {
  readonly model: LogModel;
  readonly options: ViewOptions;
  readonly onOptions: (options: ViewOptions) => void;
}

/** Why there is nothing to read. */
export function Nothing({ model, options, onOptions }: NothingProps) {
  const isEmpty = useSyncExternalStore(model.subscribe, () => model.store.size === 0);
  const isHidden = useSyncExternalStore(model.subscribe, () => model.layout.height === 0);
  if (isEmpty) return <p className={styles['nothing']}>No lines yet</p>;
  if (!isHidden) return null;
  return (
    <p className={styles['nothing']}>
      No line that is loaded has one of these levels{' '}
      <button type="button" onClick={() => onOptions({ ...options, levels: new Set(LEVELS) })}>
        Show all levels
      </button>
    </p>
  );
}
