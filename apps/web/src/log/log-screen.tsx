import type { Entry } from '@tailgate/client';
import type { ChannelName } from '@tailgate/protocol';
import { useEffect, useLayoutEffect, useRef, useSyncExternalStore, type MouseEvent, type RefObject } from 'react';
import { useNow } from '../app/use-now.js';
import { LineRow } from '../line/line-row.js';
import type { Marks } from '../line/segments.js';
import type { ViewOptions } from '../reading/view-options.js';
import type { LogModel } from './log-model.js';
import styles from './log.module.css';
import { metricsOf } from './row-metrics.js';
import { isSelected } from './selection.js';

interface LogScreenProps {
  readonly model: LogModel;
  readonly channels: readonly ChannelName[];
  readonly options: ViewOptions;
  readonly marks: Marks;
  readonly linkTo: (entry: Entry) => string;
  /** The reader has chosen this line for the address. */
  readonly onChoose: (ordinal: number) => void;
}

/** The rows in view, in an element that scrolls over all of them. */
export function LogScreen({ model, channels, options, marks, linkTo, onChoose }: LogScreenProps) {
  useSyncExternalStore(model.subscribe, () => model.version);
  const scroller = useRef<HTMLDivElement>(null);
  const spacer = useRef<HTMLDivElement>(null);
  const sheet = useRef<HTMLDivElement>(null);
  const now = useNow(options.time === 'relative' ? 1_000 : undefined);
  usePlacedRows(model, scroller, spacer, sheet);
  useMeasuredView(model, scroller, options, channels.length > 1);
  useFocusOnCurrent(model, scroller);
  const { selection, marked, freshFrom } = model;
  const { shape } = model.layout;

  const onClick = (event: MouseEvent): void => {
    const target = event.target instanceof Element ? event.target : undefined;
    const action = target?.closest<HTMLElement>('[data-action]')?.dataset['action'];
    const ordinal = Number(target?.closest<HTMLElement>('[data-ordinal]')?.dataset['ordinal']);
    if (action === 'toggle') model.toggle(ordinal);
    if (action !== 'link' || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    model.select(ordinal, event.shiftKey);
    if (!event.shiftKey) onChoose(ordinal);
  };

  return (
    // Nobody wants thousands of lines read out: what is new is told by the announcement, at times.
    <div
      ref={scroller}
      className={styles['scroller']}
      role="log"
      aria-live="off"
      aria-label={`Lines of ${channels.join(', ')}`}
      tabIndex={0}
      data-wrap={options.wrap || undefined}
      data-time={options.time}
      onClick={onClick}
      onScroll={(event) => model.scrolled(event.currentTarget.scrollTop)}
      onScrollEnd={() => model.align()}
      onWheel={(event) => event.deltaY < 0 && model.leaveEnd()}
      onTouchMove={() => model.leaveEnd()}
      onTouchEnd={() => model.returnToEnd()}
    >
      <div ref={spacer} className={styles['spacer']}>
        <div ref={sheet} className={styles['sheet']} role="list">
          {model.layout.rows().map((line) => (
            <LineRow
              key={line.ordinal}
              line={line}
              options={options}
              marks={marks}
              lane={channels.length > 1 ? channels.indexOf(line.entry.channel) % 8 : undefined}
              href={line.entry.type === 'log' || line.entry.type === 'notice' ? linkTo(line.entry) : undefined}
              isMarked={marked !== undefined && line.entry.position === marked}
              isSelected={selection !== undefined && isSelected(selection, line.ordinal)}
              isCurrent={selection?.current === line.ordinal}
              isFresh={line.ordinal >= freshFrom}
              isOpened={shape.isOpened(line.ordinal)}
              folded={shape.foldedInto(line)}
              now={now}
            />
          ))}
        </div>
      </div>
    </div>
  );
}

type ElementRef = RefObject<HTMLDivElement | null>;

/** After each drawing, before it is seen: rows are measured, and put where their reader last saw them. */
function usePlacedRows(model: LogModel, scroller: ElementRef, spacer: ElementRef, sheet: ElementRef): void {
  useLayoutEffect(() => {
    if (scroller.current && spacer.current && sheet.current)
      place(model, scroller.current, spacer.current, sheet.current);
  });
}

function place(model: LogModel, scroller: HTMLElement, spacer: HTMLElement, sheet: HTMLElement): void {
  const heights = heightsOf(sheet);
  const { scrollHeight, scrollTop } = model.measured(heights);
  spacer.style.height = `${scrollHeight}px`;
  if (scroller.scrollTop !== scrollTop) {
    scroller.scrollTop = scrollTop;
    model.layout.viewport.told(scroller.scrollTop);
  }
  const ordinals = [...heights.keys()];
  const [first] = ordinals;
  if (first !== undefined) sheet.style.top = `${model.layout.viewport.topOf(first)}px`;
  if (model.layout.lacks(first, ordinals.at(-1))) model.redraw();
}

function heightsOf(sheet: HTMLElement): Map<number, number> {
  const heights = new Map<number, number>();
  for (const row of sheet.children) {
    if (row instanceof HTMLElement) heights.set(Number(row.dataset['ordinal']), row.getBoundingClientRect().height);
  }
  return heights;
}

/** The view's size, now and whenever it changes. */
function useMeasuredView(model: LogModel, scroller: ElementRef, options: ViewOptions, hasLanes: boolean): void {
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    const measure = (): void => model.resize(element.clientHeight, metricsOf(element, options, hasLanes));
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, [model, scroller, options, hasLanes]);
}

/** The keyboard's focus goes with the chosen row, if it is in the log at all. */
function useFocusOnCurrent(model: LogModel, scroller: ElementRef): void {
  const current = model.selection?.current;
  useEffect(() => {
    const active = document.activeElement;
    if (current === undefined || (active !== document.body && !scroller.current?.contains(active))) return;
    scroller.current?.querySelector<HTMLElement>(`[data-ordinal="${current}"]`)?.focus({ preventScroll: true });
  }, [current, scroller]);
}
