import {
  CHANNEL_GRAMMAR,
  parseChannel,
  parseCursor,
  STREAM_NAMES,
  type ChannelName,
  type Position,
  type StreamName,
} from '@tailgate/protocol';
import type { Filters } from '../filter/filters.js';
import { BadFilter, type LineFilter } from '@tailgate/history';
import { MOMENT_GRAMMAR, parseMoment } from '../filter/moment.js';
import { ProblemError } from '../http/problem-error.js';
import type { SessionStart } from '../session/session-start.js';

/** A channel of a stream, and where its viewer wants to begin in it. */
export interface StreamedChannel {
  readonly channel: ChannelName;
  readonly start: SessionStart;
}

/** What a request for a stream asks for. */
export interface StreamQuery {
  /** In the order of the query, which is that of the positions in an id. */
  readonly channels: readonly StreamedChannel[];
  /** An event a batch instead of one a record. */
  readonly lines: boolean;
}

/** What a request's parts depend on. */
export interface StreamRequest {
  /** Values as `URLSearchParams` gives them. */
  readonly query: URLSearchParams;
  /** `Last-Event-ID`. */
  readonly lastEventId: string | undefined;
  readonly filters: Filters;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

const ALLOWED = ['channel', 'tail', 'after', 'since', 'grep', 'grep_flags', 'invert', 'stream', 'batch'];

/** Proves who is calling: not our business, and not to be told of. */
const TICKET = 'ticket';

/** The most channels of one stream. */
const MAX_CHANNELS = 16;

export const DEFAULT_TAIL = 50;

/** Of more than this many records of history, a viewer gets the last ones; with a position it gets all there are. */
export const MAX_TAIL = 10_000;

/**
 * Reads `GET /api/stream`'s query and `Last-Event-ID`, which wins over `after`, that over `since`, and that over `tail`. Throws a
 * `ProblemError`: `bad_channel`, `too_many_channels`, `bad_position` or `bad_query`.
 */
export function readStreamQuery({ query, lastEventId, filters, now }: StreamRequest): StreamQuery {
  for (const name of query.keys()) {
    if (name === TICKET) continue;
    if (!ALLOWED.includes(name)) throw bad(`${shown(name)} is not a parameter here; these are: ${ALLOWED.join(', ')}`);
    if (name !== 'channel' && query.getAll(name).length > 1) throw bad(`${name} can be given once`);
  }
  const channels = readChannels(query.getAll('channel'));
  const after = readAfter(query.get('after') ?? '', 'after', channels.length);
  const positions = readAfter(lastEventId ?? '', 'Last-Event-ID', channels.length) ?? after;
  const since = readSince(query.get('since'), now);
  const tail = readTail(query.get('tail'));
  const filter = readFilter(query, filters);
  const start = { tail, ...(since !== undefined && { since }), ...(filter && { filter }) };
  const starts = channels.map((channel, index): StreamedChannel => {
    const position = positions?.[index];
    return { channel, start: position ? { ...start, after: position } : start };
  });
  return { channels: starts, lines: readFlag(query, 'batch') };
}

function readChannels(texts: readonly string[]): readonly ChannelName[] {
  if (texts.length === 0) throw new ProblemError('bad_channel', `channel is missing: it must be ${CHANNEL_GRAMMAR}`);
  if (texts.length > MAX_CHANNELS)
    throw new ProblemError('too_many_channels', `channel can be given ${MAX_CHANNELS} times, not ${texts.length}`);
  const channels = texts.map(readChannel);
  const twice = channels.find((channel, index) => channels.indexOf(channel) < index);
  if (twice) throw new ProblemError('bad_channel', `the channel ${twice} is given twice`);
  return channels;
}

/** Throws a `ProblemError`, `bad_channel`. */
export function readChannel(text: string): ChannelName {
  const channel = parseChannel(text);
  if (!channel) throw new ProblemError('bad_channel', `a channel must be ${CHANNEL_GRAMMAR}, not ${shown(text)}`);
  return channel;
}

/** An empty one counts as none: a client that has been given no id may send it so. */
function readAfter(text: string, name: string, count: number): readonly Position[] | undefined {
  if (text === '') return undefined;
  const positions = parseCursor(text);
  if (positions?.length === count) return positions;
  const one = "<epoch>-<seq>, what an event's id looks like";
  const allowed = count === 1 ? one : `${count} times ${one}, separated by commas, in the order of the channels`;
  throw new ProblemError('bad_position', `${name} must be ${allowed}, not ${shown(text)}`);
}

function readSince(text: string | null, now: number): number | undefined {
  if (text === null) return undefined;
  const since = parseMoment(text, now);
  if (since === undefined) throw bad(`since must be ${MOMENT_GRAMMAR}, not ${shown(text)}`);
  return since;
}

function readTail(text: string | null): number {
  if (text === null) return DEFAULT_TAIL;
  if (!/^\d{1,15}$/.test(text)) throw bad(`tail must be a number of records, 0 to ${MAX_TAIL}, not ${shown(text)}`);
  return Math.min(Number(text), MAX_TAIL);
}

function readFilter(query: URLSearchParams, filters: Filters): LineFilter | undefined {
  const grep = query.get('grep') ?? undefined;
  const flags = query.get('grep_flags');
  const invert = readFlag(query, 'invert');
  if (flags !== null && flags !== 'i') throw bad(`grep_flags must be i, not ${shown(flags)}`);
  if (grep === undefined && (flags !== null || invert)) throw bad('grep_flags and invert need a grep');
  const stream = readStreamName(query.get('stream'));
  try {
    const spec = { ignoreCase: flags === 'i', invert, ...(stream && { stream }) };
    return filters.of(grep === undefined ? spec : { ...spec, grep });
  } catch (error) {
    throw error instanceof BadFilter ? bad(`grep: ${error.message}`) : error;
  }
}

function readStreamName(text: string | null): StreamName | undefined {
  if (text === null) return undefined;
  const name = STREAM_NAMES.find((known) => known === text);
  if (!name) throw bad(`stream must be ${STREAM_NAMES.join(' or ')}, not ${shown(text)}`);
  return name;
}

function readFlag(query: URLSearchParams, name: string): boolean {
  const text = query.get(name);
  if (text !== null && text !== '0' && text !== '1') throw bad(`${name} must be 0 or 1, not ${shown(text)}`);
  return text === '1';
}

function bad(detail: string): ProblemError {
  return new ProblemError('bad_query', detail);
}

function shown(text: string): string {
  return JSON.stringify(text.length > 64 ? `${text.slice(0, 64)}…` : text);
}
