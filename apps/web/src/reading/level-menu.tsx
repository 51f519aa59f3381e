import { LEVELS, type Level } from '../line/level.js';
import { Check, Menu } from './menu.js';
import styles from './reading.module.css';
import type { ViewOptions } from './view-options.js';

interface LevelMenuProps {
  readonly options: ViewOptions;
  readonly onOptions: (options: ViewOptions) => void;
}

const NAMES: Readonly<Record<Level, string>> = {
  error: 'Errors',
  warn: 'Warnings',
  info: 'Info',
  debug: 'Debug',
  trace: 'Trace',
  none: 'Without a level',
};

/** Which levels are shown. */
export function LevelMenu({ options, onOptions }: LevelMenuProps) {
  const { levels } = options;
  const isFiltering = levels.size < LEVELS.length;
  const show = (shown: readonly Level[]): void => onOptions({ ...options, levels: new Set(shown) });
  return (
    <Menu label={isFiltering ? `Levels: ${levels.size} of ${LEVELS.length}` : 'Levels'} isActive={isFiltering}>
      {LEVELS.map((level) => (
        <Check
          key={level}
          label={NAMES[level]}
          isChecked={levels.has(level)}
          onChange={(isChecked) => show(LEVELS.filter((other) => (other === level ? isChecked : levels.has(other))))}
        >
          <span className={styles['level']} data-level={level} />
        </Check>
      ))}
      <div className={styles['actions']}>
        <button type="button" className={styles['button']} onClick={() => show(['error', 'warn'])}>
          Errors and warnings
        </button>
        <button type="button" className={styles['button']} onClick={() => show(LEVELS)}>
          All
        </button>
      </div>
    </Menu>
  );
}
