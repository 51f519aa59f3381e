import { CHANNEL_GRAMMAR, parseChannel, parsePosition, type ChannelName, type Position } from '@tailgate/protocol';
import { ProblemError } from '../http/problem-error.js';
import type { SessionStart } from '../session/session-context.js';

/** What a request for a stream asks for. */
export interface StreamQuery {
  readonly channel: ChannelName;
  readonly start: SessionStart;
  /** An event a batch instead of one a record. */
  readonly lines: boolean;
}

const ALLOWED = ['channel', 'tail', 'after', 'batch'];

const DEFAULT_TAIL = 50;

/** Of more than this many records of history, a viewer gets the last ones; with a position it gets all there are. */
const MAX_TAIL = 10_000;

/**
 * Reads `GET /api/stream`'s query (values as `URLSearchParams` gives them) and `Last-Event-ID`, which wins over `after`, which wins
 * over `tail`. Throws a `ProblemError`: `bad_channel`, `bad_position` or `bad_query`.
 */
export function readStreamQuery(query: URLSearchParams, lastEventId: string | undefined): StreamQuery {
  for (const name of query.keys()) {
    if (!ALLOWED.includes(name)) throw bad(`${shown(name)} is not a parameter here; these are: ${ALLOWED.join(', ')}`);
    if (query.getAll(name).length > 1) throw bad(`${name} can be given once`);
  }
  const tail = readTail(query.get('tail'));
  const after = readAfter(lastEventId ?? '', 'Last-Event-ID') ?? readAfter(query.get('after') ?? '', 'after');
  return {
    channel: readChannel(query.get('channel')),
    start: after ? { after, tail } : { tail },
    lines: readFlag(query.get('batch'), 'batch'),
  };
}

function readChannel(text: string | null): ChannelName {
  const channel = parseChannel(text ?? '');
  if (channel) return channel;
  const got = text === null ? 'channel is missing: it' : `channel`;
  throw new ProblemError(
    'bad_channel',
    `${got} must be ${CHANNEL_GRAMMAR}${text === null ? '' : `, not ${shown(text)}`}`,
  );
}

/** An empty one counts as none: a client that has been given no id may send it so. */
function readAfter(text: string, name: string): Position | undefined {
  if (text === '') return undefined;
  const position = parsePosition(text);
  if (position) return position;
  throw new ProblemError(
    'bad_position',
    `${name} must be <epoch>-<seq>, what an event's id looks like, not ${shown(text)}`,
  );
}

function readTail(text: string | null): number {
  if (text === null) return DEFAULT_TAIL;
  if (!/^\d{1,15}$/.test(text)) throw bad(`tail must be a number of records, 0 to ${MAX_TAIL}, not ${shown(text)}`);
  return Math.min(Number(text), MAX_TAIL);
}

function readFlag(text: string | null, name: string): boolean {
  if (text !== null && text !== '0' && text !== '1') throw bad(`${name} must be 0 or 1, not ${shown(text)}`);
  return text === '1';
}

function bad(detail: string): ProblemError {
  return new ProblemError('bad_query', detail);
}

function shown(text: string): string {
  return JSON.stringify(text.length > 64 ? `${text.slice(0, 64)}…` : text);
}
