import type { Line } from '../line/line.js';
import type { LogModel } from '../log/log-model.js';
import { plainText } from './shown-text.js';

/** All lines that are held and whose level is shown, folded or not. */
export function shownLines({ store, layout }: LogModel, from = store.first, to = store.end): readonly Line[] {
  const lines: Line[] = [];
  for (let ordinal = from; ordinal < to; ordinal += 1) {
    const line = store.at(ordinal);
    if (line && layout.shape.passes(line)) lines.push(line);
  }
  return lines;
}

/** The chosen ones of them, with what is folded into the last. */
function chosenLines(model: LogModel): readonly Line[] {
  const { selection, store } = model;
  const { shape } = model.layout;
  if (!selection) return [];
  const last = store.at(Math.max(selection.pin, selection.current));
  if (!last) return [];
  const folded = shape.isOpened(last.ordinal) ? 0 : shape.foldedInto(last);
  return shownLines(model, Math.min(selection.pin, selection.current), last.ordinal + folded + 1);
}

export function chosenText(model: LogModel, hasLanes: boolean): string {
  return plainText(chosenLines(model), hasLanes);
}

/** Rejects with a sentence that can be shown. */
export async function copyText(text: string): Promise<void> {
  // Browsers let pages copy only over HTTPS, and from the machine itself; whatever the type says.
  if (!('clipboard' in navigator)) throw new Error('Not over plain HTTP: choose lines and press Ctrl+C.');
  await navigator.clipboard.writeText(text);
}
