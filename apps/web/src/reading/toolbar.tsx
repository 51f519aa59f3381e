import { useState, useSyncExternalStore } from 'react';
import type { LogModel } from '../log/log-model.js';
import { chosenText, copyText } from './copy.js';
import { ExportMenu, type Downloads } from './export-menu.js';
import { HighlightMenu } from './highlight-menu.js';
import type { HighlightPattern } from './highlight-patterns.js';
import { LevelMenu } from './level-menu.js';
import styles from './reading.module.css';
import { SearchBar } from './search-bar.js';
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
  readonly downloads: Downloads;
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
  const [problem, setProblem] = useState<string>();
  if (!selection) return null;
  const count = Math.abs(selection.current - selection.pin) + 1;
  const copy = (): void => {
    copyText(chosenText(model, hasLanes)).then(
      () => setProblem(undefined),
      (error: unknown) => setProblem(error instanceof Error ? error.message : String(error)),
    );
  };
  return (
    <span className={styles['chosen']}>
      {problem !== undefined && <span role="alert">{problem}</span>}
      <button type="button" className={styles['button']} onClick={copy}>
        {count === 1 ? 'Copy line' : `Copy ${count.toLocaleString('en')} lines`}
      </button>
      <button type="button" className={styles['button']} aria-label="Choose nothing" onClick={() => model.unselect()}>
        ×
      </button>
    </span>
  );
}
