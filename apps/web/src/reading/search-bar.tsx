import { useEffect, useRef, type KeyboardEvent } from 'react';
import styles from './reading.module.css';
import type { SearchState } from './use-search.js';

const number = new Intl.NumberFormat('en');

/** Where one types what to look for, and how much of it there is. */
export function SearchBar({ search }: { readonly search: SearchState }) {
  const { wanted, problem, openings } = search;
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.select(), [openings]);
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    if (event.key === 'Enter') search.go(event.shiftKey ? -1 : 1);
    else if (event.key === 'Escape') leave(event.currentTarget, search);
    else return;
    event.preventDefault();
  };
  return (
    <search className={styles['search']} aria-label="In these lines">
      <input
        ref={input}
        className={styles['field']}
        type="text"
        value={wanted.text}
        placeholder="Search in these lines"
        aria-label="Search in these lines"
        aria-invalid={problem !== undefined}
        title={problem}
        onChange={(event) => search.want({ text: event.target.value })}
        onKeyDown={onKeyDown}
      />
      <Option
        label=".*"
        title="Regular expression"
        isOn={wanted.isPattern}
        onToggle={(isPattern) => search.want({ isPattern })}
      />
      <Option
        label="Aa"
        title="Upper and lower case matter"
        isOn={wanted.isCaseSensitive}
        onToggle={(isCaseSensitive) => search.want({ isCaseSensitive })}
      />
      <span className={styles['count']} role="status">
        {countText(search)}
      </span>
      <button type="button" className={styles['button']} aria-label="Previous match" onClick={() => search.go(-1)}>
        ↑
      </button>
      <button type="button" className={styles['button']} aria-label="Next match" onClick={() => search.go(1)}>
        ↓
      </button>
      <button type="button" className={styles['button']} aria-label="Close the search" onClick={search.close}>
        ×
      </button>
    </search>
  );
}

/** Back to the lines, where `n` and `N` go on; closed, where nothing is looked for, or by Escape once more. */
function leave(field: HTMLElement, search: SearchState): void {
  if (search.wanted.text === '') search.close();
  else field.blur();
}

interface OptionProps {
  readonly label: string;
  readonly title: string;
  readonly isOn: boolean;
  readonly onToggle: (isOn: boolean) => void;
}

function Option({ label, title, isOn, onToggle }: OptionProps) {
  return (
    <button
      type="button"
      className={styles['button']}
      title={title}
      aria-label={title}
      aria-pressed={isOn}
      data-active={isOn || undefined}
      onClick={() => onToggle(!isOn)}
    >
      {label}
    </button>
  );
}

function countText({ wanted, problem, count, rank, isDone }: SearchState): string {
  if (problem !== undefined) return problem;
  if (wanted.text === '') return '';
  const all = `${number.format(count)}${isDone ? '' : '…'}`;
  return rank > 0 ? `${number.format(rank)} of ${all}` : `${all} found`;
}
