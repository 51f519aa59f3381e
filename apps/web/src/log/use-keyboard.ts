import { useEffect, type RefObject } from 'react';
import { TIME_STYLES } from '../line/timestamp.js';
import { chosenText, copyText } from '../reading/copy.js';
import type { SearchState } from '../reading/use-search.js';
import type { ViewOptions } from '../reading/view-options.js';
import type { LogModel } from './log-model.js';

interface Keyboard {
  readonly model: LogModel;
  readonly search: SearchState;
  readonly options: ViewOptions;
  readonly onOptions: (options: ViewOptions) => void;
  /** The reader wants to follow the end. */
  readonly onEnd: () => void;
  readonly hasLanes: boolean;
}

/** The log's keys (`logShortcuts`) and what is copied, for as long as the keyboard is in this log, or nowhere and this is the first. */
export function useKeyboard(root: RefObject<HTMLElement | null>, keyboard: Keyboard): void {
  const { model, search, options, onOptions, onEnd, hasLanes } = keyboard;
  useEffect(() => {
    const isMine = (target: EventTarget | null): boolean =>
      target === document.body
        ? document.querySelector('[data-log]') === root.current
        : target instanceof Node && root.current?.contains(target) === true;

    const keys: Readonly<Record<string, () => void>> = {
      '/': search.open,
      n: () => (search.isOpen ? search.go(1) : search.open()),
      N: () => (search.isOpen ? search.go(-1) : search.open()),
      j: () => model.selectNext(1),
      k: () => model.selectNext(-1),
      J: () => model.selectNext(1, true),
      K: () => model.selectNext(-1, true),
      g: () => ignore(model.goToBeginning()),
      G: onEnd,
      Home: () => ignore(model.goToBeginning()),
      End: onEnd,
      w: () => onOptions({ ...options, wrap: !options.wrap }),
      t: () => onOptions({ ...options, time: afterTime(options.time) }),
      c: () => ignore(copyText(chosenText(model, hasLanes))),
      Enter: () => model.selection && model.toggle(model.selection.current),
      Escape: () => {
        search.close();
        model.unselect();
      },
    };

    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (!isMine(event.target) || isTyping(event.target, event.key)) return;
      const act = keys[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    };

    const onCopy = (event: ClipboardEvent): void => {
      if (!model.selection || !isMine(event.target) || document.getSelection()?.isCollapsed === false) return;
      event.clipboardData?.setData('text/plain', chosenText(model, hasLanes));
      event.preventDefault();
    };

    document.addEventListener('keydown', onKeyDown);
    document.addEventListener('copy', onCopy);
    return () => {
      document.removeEventListener('keydown', onKeyDown);
      document.removeEventListener('copy', onCopy);
    };
  });
}

/** What goes wrong is shown as the model's problem; a clipboard that is refused is refused by the reader. */
function ignore(promise: Promise<unknown>): void {
  promise.catch(() => undefined);
}

function afterTime(time: ViewOptions['time']): ViewOptions['time'] {
  return TIME_STYLES[(TIME_STYLES.indexOf(time) + 1) % TIME_STYLES.length] ?? time;
}

/** Letters belong to fields, and Enter to what can be pressed. */
function isTyping(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.matches('input, textarea, select, [contenteditable]')) return true;
  return (key === 'Enter' || key === 'Escape') && target.closest('button, a, [popover], dialog') !== null;
}
