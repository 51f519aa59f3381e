import { useEffect, useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { highlightsOf, keepPatterns, keptPatterns, type Highlight } from '../reading/highlight-patterns.js';
import { Toolbar } from '../reading/toolbar.js';
import { useSearch } from '../reading/use-search.js';
import { keepOptions, type ViewOptions } from '../reading/view-options.js';
import { Announcement } from './announcement.js';
import { Beginning, End } from './ends.js';
import type { LogModel } from './log-model.js';
import { LogScreen } from './log-screen.js';
import type { LogViewProps } from './log-view-props.js';
import styles from './log.module.css';
import { Nothing } from './nothing.js';
import { useKeyboard } from './use-keyboard.js';

type LogBodyProps = Pick<LogViewProps, 'channels' | 'onPosition' | 'linkTo' | 'downloads'> & {
  readonly model: LogModel;
};

/** The log's toolbar and its lines. */
export function LogBody({ model, channels, onPosition, linkTo, downloads }: LogBodyProps) {
  const root = useRef<HTMLElement>(null);
  const [options, setOptions] = useOptions(model);
  const [patterns, setPatterns, highlights] = useHighlights();
  useSyncExternalStore(model.subscribe, () => model.selection);
  const search = useSearch(model);
  const { matcher } = search;
  const marks = useMemo(() => ({ search: matcher, highlights }), [matcher, highlights]);
  const choose = (ordinal: number): void => {
    const position = model.store.at(ordinal)?.entry.position;
    if (channels.length > 1) return;
    model.mark(position);
    onPosition(position);
  };
  const goToEnd = (): void => {
    // What goes wrong is shown as the model's problem.
    model.goToEnd().catch(() => undefined);
    onPosition(undefined);
  };
  useKeyboard(root, { model, search, options, onOptions: setOptions, onEnd: goToEnd, hasLanes: channels.length > 1 });

  return (
    <section ref={root} className={styles['log']} data-log>
      <Toolbar
        model={model}
        search={search}
        options={options}
        onOptions={setOptions}
        patterns={patterns}
        onPatterns={setPatterns}
        downloads={downloads}
        hasLanes={channels.length > 1}
      />
      <div className={styles['stage']}>
        <LogScreen
          model={model}
          channels={channels}
          options={options}
          marks={marks}
          linkTo={linkTo}
          onChoose={choose}
        />
        <Nothing model={model} options={options} onOptions={setOptions} />
        <Beginning model={model} />
        <End model={model} onEnd={goToEnd} />
      </div>
      <Announcement model={model} />
    </section>
  );
}

/** The reader's choice outlives the model: with another filter of the server's there is another one. */
function useOptions(model: LogModel): [ViewOptions, (options: ViewOptions) => void] {
  const [options, setOptions] = useState(() => model.layout.shape.options);
  useLayoutEffect(() => model.show(options), [model, options]);
  const change = (next: ViewOptions): void => {
    setOptions(next);
    keepOptions(localStorage, next);
  };
  return [options, change];
}

function useHighlights() {
  const [patterns, setPatterns] = useState(() => keptPatterns(localStorage));
  const [highlights, setHighlights] = useState<readonly Highlight[]>([]);
  useEffect(() => {
    let isCurrent = true;
    keepPatterns(localStorage, patterns);
    highlightsOf(patterns).then(
      (made) => isCurrent && setHighlights(made),
      () => undefined,
    );
    return () => {
      isCurrent = false;
    };
  }, [patterns]);
  return [patterns, setPatterns, highlights] as const;
}
