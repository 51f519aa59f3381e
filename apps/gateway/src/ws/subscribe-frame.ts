import {
  BEGINNING,
  isPattern,
  parseChannel,
  parsePosition,
  type ChannelName,
  type Position,
  type Subscribe,
} from '@tailgate/protocol';
import type { Filters } from '../filter/filters.js';
import { BadFilter, type LineFilter } from '@tailgate/history';
import { MOMENT_GRAMMAR, parseMoment } from '../filter/moment.js';
import type { SessionStart } from '../session/session-start.js';
import { DEFAULT_TAIL, MAX_TAIL } from '../stream/stream-query.js';

/** A frame that is understood and can't be done, as the client is told. */
export class FrameRefusal extends Error {
  override readonly name = 'FrameRefusal';

  constructor(
    /** One of `ErrorCode`. */
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** What a `subscribe` frame asks for. */
export interface Wanted {
  /** Where a channel begins that there is when the client subscribes. */
  readonly start: SessionStart;
  /** Where a channel begins that appears later, or is not listed in `cursors`. */
  readonly later: SessionStart;
  /** Where to resume; `undefined` where the client does not. */
  readonly cursors: ReadonlyMap<ChannelName, Position> | undefined;
}

/** Throws a `FrameRefusal`. `now`: milliseconds since the Unix epoch. */
export function readSubscribe(frame: Subscribe, filters: Filters, now: number): Wanted {
  if (isPattern(frame.channel) && frame.after !== undefined)
    throw bad('after is of one channel: a pattern takes cursors');
  if (!isPattern(frame.channel) && frame.cursors) throw bad('cursors are for a pattern: one channel takes after');
  const after = frame.after === undefined ? undefined : parsePosition(frame.after);
  const since = readSince(frame.since, now);
  const filter = readFilter(frame, filters);
  const tail = Math.min(frame.tail ?? DEFAULT_TAIL, MAX_TAIL);
  const always = { tail, ...(filter && { filter }) };
  return {
    start: { ...always, ...(after && { after }), ...(since !== undefined && { since }) },
    later: { ...always, after: BEGINNING },
    cursors: frame.cursors && readCursors(frame.cursors),
  };
}

function readSince(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined;
  const since = parseMoment(text, now);
  if (since === undefined) throw bad(`since must be ${MOMENT_GRAMMAR}`);
  return since;
}

function readFilter({ grep, grepFlags, invert = false }: Subscribe, filters: Filters): LineFilter | undefined {
  if (grep === undefined && (grepFlags !== undefined || invert)) throw bad('grepFlags and invert need a grep');
  if (grep === undefined) return undefined;
  try {
    return filters.of({ grep, ignoreCase: grepFlags === 'i', invert });
  } catch (error) {
    throw error instanceof BadFilter ? bad(`grep: ${error.message}`) : error;
  }
}

/** The frame's reader has checked names and positions. */
function readCursors(cursors: NonNullable<Subscribe['cursors']>): ReadonlyMap<ChannelName, Position> {
  const read = new Map<ChannelName, Position>();
  for (const [text, at] of Object.entries(cursors)) {
    const channel = parseChannel(text);
    const position = parsePosition(at);
    if (channel && position) read.set(channel, position);
  }
  return read;
}

function bad(message: string): FrameRefusal {
  return new FrameRefusal('bad_frame', message);
}
