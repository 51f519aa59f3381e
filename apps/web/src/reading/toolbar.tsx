import { useSyncExternalStore } from 'react';
import type { LogModel } from '../log/log-model.js';
import { chosenLines } from './copy.js';
import { ExportMenu } from './export-menu.js';
import { HighlightMenu } from './highlight-menu.js';
import type { HighlightPattern } from './highlight-patterns.js';
import { LevelMenu } from './level-menu.js';
import styles from './reading.module.css';
import { SearchBar } from './search-bar.js';
import { plainText } from './shown-text.js';
import type { SearchState } from './use-search.js';
import { ViewMenu } from './view-menu.js';
import type { ViewOptions } from './view-options.js';

interface ToolbarProps {
  readonly model: LogModel;
  readonly search: SearchState;
  readonly options: ViewOptions;
  readonly onOptions: (options: ViewOptions) => void;
  readonly patterns: readonly HighlightPattern[];
  readonly onPatterns: (patterns: readonly HighlightPattern[]) => void;
  readonly downloads: { readonly text: string; readonly ndjson: string };
  readonly hasLanes: boolean;
}

/** What helps to read the lines. */
export function Toolbar({
  model,
  search,
  options,
  onOptions,
  patterns,
  onPatterns,
  downloads,
  hasLanes,
}: ToolbarProps) {
  return (
    <div className={styles['toolbar']} role="toolbar" aria-label="Reading">
      {search.isOpen ? (
        <SearchBar search={search} />
      ) : (
        <button type="button" className={styles['button']} onClick={search.open} aria-keyshortcuts="/">
          Search
        </button>
      )}
      <LevelMenu options={options} onOptions={onOptions} />
      <HighlightMenu patterns={patterns} onPatterns={onPatterns} />
      <ViewMenu options={options} onOptions={onOptions} />
      <ExportMenu model={model} downloads={downloads} hasLanes={hasLanes} />
      <Chosen model={model} hasLanes={hasLanes} />
    </div>
  );
}

/** What can be done with the rows that were chosen. */
function Chosen({ model, hasLanes }: { readonly model: LogModel; readonly hasLanes: boolean }) {
  const selection = useSyncExternalStore(model.subscribe, () => model.selection);
  if (!selection) return null;
  const count = Math.abs(selection.current - selection.pin) + 1;
  const copy = (): void => {
    // A clipboard that is refused is refused by the reader.
    navigator.clipboard.writeText(plainText(chosenLines(model), hasLanes)).catch(() => undefined);
  };
  return (
    <span className={styles['chosen']}>
      <button type="button" className={styles['button']} onClick={copy}>
        {count === 1 ? 'Copy line' : `Copy ${count.toLocaleString('en')} lines`}
      </button>
      <button type="button" className={styles['button']} aria-label="Choose nothing" onClick={() => model.unselect()}>
        ×
      </button>
    </span>
  );
}
