import type { Entry } from '@tailgate/client';
import { goesOn } from './continuation.js';
import { levelOf, type Level } from './level.js';

/** An entry in its place among what is shown. */
export interface Line {
  /** Consecutive integers in the order of display, also below 0; an entry keeps its own for as long as it is held. */
  readonly ordinal: number;
  readonly entry: Entry;
  /** What a filter by level goes by. A continuation has its head's. */
  readonly level: Level;
  /** The ordinal of the line that this one continues (a frame of a stack trace, say): its own where it begins something. */
  readonly head: number;
}

/** `entry` behind `previous`. */
export function lineAfter(previous: Line | undefined, entry: Entry, ordinal: number): Line {
  if (entry.type !== 'log') return { ordinal, entry, level: 'none', head: ordinal };
  const own = levelOf(entry);
  if (!previous || !continues(previous, entry)) return { ordinal, entry, level: own, head: ordinal };
  return { ordinal, entry, level: own === 'none' ? previous.level : own, head: previous.head };
}

export function isContinuation(line: Line): boolean {
  return line.head !== line.ordinal;
}

function continues({ entry: previous }: Line, entry: Entry): boolean {
  if (entry.type !== 'log' || previous.type !== 'log' || previous.channel !== entry.channel) return false;
  return entry.continues === previous.position || goesOn(entry.line);
}
