import { useId, useRef, useState, type SubmitEvent } from 'react';
import { Fault } from '../app/fault.js';
import { flushSync } from 'react-dom';
import { Icon } from '../app/icon.js';
import { useShortcuts } from '../app/shortcuts.js';
import { NO_FILTER, type LineFilter } from '../gateway/filter.js';

interface FilterBarProps {
  /** The one that is applied. */
  readonly filter: LineFilter;
  readonly onFilter: (filter: LineFilter) => void;
  /** What the gateway says of it, where it can't be used. */
  readonly fault: string;
}

/** Which lines the gateway is to send. It is asked anew when the filter is applied, not with every letter. */
export function FilterBar({ filter, onFilter, fault }: FilterBarProps) {
  const [grep, setGrep] = useState(filter.grep);
  const [isOpen, setOpen] = useState(filter.grep !== '');
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  useShortcuts({
    f: () => {
      // Only what is shown can be given the focus.
      flushSync(() => setOpen(true));
      input.current?.focus();
    },
  });
  const apply = (event: SubmitEvent): void => {
    event.preventDefault();
    onFilter({ ...filter, grep });
  };
  return (
    <>
      <button
        type="button"
        className="action on-phones"
        aria-expanded={isOpen}
        aria-controls={id}
        aria-label="Filter"
        title="Filter (f)"
        onClick={() => setOpen(!isOpen)}
      >
        <Icon name="filter" />
      </button>
      <form
        id={id}
        className="filter-bar"
        data-open={isOpen}
        role="search"
        aria-label="Filter on the server"
        onSubmit={apply}
      >
        <label className="field filter-field">
          <span className="hidden">Show only lines that match (regular expression)</span>
          <input
            ref={input}
            type="search"
            value={grep}
            placeholder="Filter: regular expression"
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            maxLength={1000}
            aria-invalid={fault !== ''}
            onChange={({ target }) => {
              setGrep(target.value);
              // The cross in the field empties it, and that is meant.
              if (target.value === '' && filter.grep !== '') onFilter(NO_FILTER);
            }}
          />
        </label>
        <Toggle
          name="Aa"
          about="Upper and lower case are the same"
          isOn={filter.ignoreCase}
          onToggle={(ignoreCase) => onFilter({ ...filter, grep, ignoreCase })}
        />
        <Toggle
          name="Not"
          about="Only lines that do not match"
          isOn={filter.invert}
          onToggle={(invert) => onFilter({ ...filter, grep, invert })}
        />
        <button type="submit" className="action" disabled={grep === filter.grep}>
          Filter
        </button>
        {fault !== '' && <Fault text={fault} />}
      </form>
    </>
  );
}

interface ToggleProps {
  readonly name: string;
  readonly about: string;
  readonly isOn: boolean;
  readonly onToggle: (isOn: boolean) => void;
}

function Toggle({ name, about, isOn, onToggle }: ToggleProps) {
  return (
    <button
      type="button"
      className="action toggle"
      aria-pressed={isOn}
      title={about}
      aria-label={`${name}: ${about}`}
      onClick={() => onToggle(!isOn)}
    >
      {name}
    </button>
  );
}
