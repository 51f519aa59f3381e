import { useId } from 'react';
import { TIME_STYLES, type TimeStyle } from '../line/timestamp.js';
import { Check, Menu } from './menu.js';
import styles from './reading.module.css';
import type { ViewOptions } from './view-options.js';

interface ViewMenuProps {
  readonly options: ViewOptions;
  readonly onOptions: (options: ViewOptions) => void;
}

const TIMES: Readonly<Record<TimeStyle, string>> = { local: 'Local', utc: 'UTC', relative: 'Relative', none: 'None' };

/** How lines are shown. */
export function ViewMenu({ options, onOptions }: ViewMenuProps) {
  const name = useId();
  const change = (part: Partial<ViewOptions>): void => onOptions({ ...options, ...part });
  return (
    <Menu label="View">
      <fieldset className={styles['times']}>
        <legend>Times</legend>
        {TIME_STYLES.map((time) => (
          <label key={time} className={styles['choice']}>
            <input type="radio" name={name} checked={options.time === time} onChange={() => change({ time })} />
            {TIMES[time]}
          </label>
        ))}
      </fieldset>
      <Check label="Line numbers" isChecked={options.numbers} onChange={(numbers) => change({ numbers })} />
      <Check label="Wrap long lines" isChecked={options.wrap} onChange={(wrap) => change({ wrap })} />
      <Check label="Fold stack traces" isChecked={options.fold} onChange={(fold) => change({ fold })} />
      <Check label="JSON as fields" isChecked={options.fields} onChange={(fields) => change({ fields })} />
    </Menu>
  );
}
