import type { ErrorCode } from '@tailgate/protocol';
import { age, option, size, wholeNumber, type Kind, type RequiredOption } from '@tailgate/runtime';
import * as z from 'zod';

/** The limits by which it is counted who was refused, or parted from: the label of `tailgate_limit_refusals_total`. */
export const LIMIT_NAMES = [
  'connections',
  'streams',
  'streams_per_address',
  'channels',
  'filter',
  'frame',
  'stalled',
  'requests',
  'body',
  'headers',
  'requests_in_time',
  'idle',
] as const;

export type LimitName = (typeof LIMIT_NAMES)[number];

/** What a limit is, for whoever meets it or sets it: a row of docs/limits.md. */
export interface LimitRow {
  /** What is limited. */
  readonly name: LimitName;
  readonly env: string;
  /** As a person would write it. */
  readonly default: string;
  readonly unit?: string;
  readonly help: string;
  /** What whoever is beyond it is answered with. */
  readonly answer: Answer;
}

type Answer =
  | { readonly code: ErrorCode }
  /** 200, `retry` with jitter, `closing` with `too-many`; over WebSocket close code 4429. Browsers come back, as they don't after an error. */
  | 'turned-away'
  /** The stream is closed with `too-slow`; over WebSocket with close code 4408. Browsers come back, if they still are there. */
  | 'too-slow'
  /** The WebSocket is closed with code 1009. */
  | 'too-large'
  /** The connection is closed without a word. */
  | 'closed';

const rows: LimitRow[] = [];

/** An option of the configuration and its row in one. */
function limit(kind: Kind<number>, row: LimitRow): RequiredOption<number> {
  rows.push(row);
  return option(kind, row);
}

/** The longest that a timer of Node's can wait: milliseconds. */
const LONGEST_MS = 2 ** 31 - 1;

/** Every limit of the gateway. The configuration, the code and the documentation are made from this. */
export const limitOptions = {
  maxConnections: limit(wholeNumber(1, 1_000_000), {
    name: 'connections',
    env: 'MAX_CONNECTIONS',
    default: '25000',
    unit: 'connections',
    help: 'Connections of all kinds at a time, also those that only send requests. More than MAX_STREAMS, so that viewers beyond that are told to come again.',
    answer: 'closed',
  }),
  maxStreams: limit(wholeNumber(1, 1_000_000), {
    name: 'streams',
    env: 'MAX_STREAMS',
    default: '20000',
    unit: 'viewers',
    help: 'Viewers at a time, of all addresses.',
    answer: 'turned-away',
  }),
  maxStreamsPerAddress: limit(wholeNumber(1, 1_000_000), {
    name: 'streams_per_address',
    env: 'MAX_STREAMS_PER_ADDRESS',
    default: '10000',
    unit: 'viewers',
    help: 'Viewers at a time of one address (IPv6: one /64). Behind a proxy that is not in TRUSTED_PROXIES all have its address.',
    answer: 'turned-away',
  }),
  maxChannels: limit(wholeNumber(1, 100_000), {
    name: 'channels',
    env: 'MAX_CHANNELS',
    default: '1000',
    unit: 'channels',
    help: 'Channels that one WebSocket follows, by name and by pattern. An event stream has 16 at most.',
    answer: { code: 'too_many_channels' },
  }),
  maxFilterChars: limit(wholeNumber(1, 10_000), {
    name: 'filter',
    env: 'MAX_FILTER_CHARS',
    default: '1000',
    unit: 'characters',
    help: "A viewer's regular expression.",
    answer: { code: 'bad_query' },
  }),
  maxFrameBytes: limit(size(1024, 16 * 1024 ** 2), {
    name: 'frame',
    env: 'MAX_FRAME_BYTES',
    default: '256KiB',
    help: 'What a WebSocket client sends at once: room for the cursors of a thousand channels.',
    answer: 'too-large',
  }),
  stalledFor: limit(age(1_000, LONGEST_MS), {
    name: 'stalled',
    env: 'STALLED_FOR',
    default: '5m',
    help: 'How long a viewer may take nothing of what there is for it. Slowness alone is no reason to part from anybody.',
    answer: 'too-slow',
  }),
  requestsPerSecond: limit(wholeNumber(1, 1_000_000), {
    name: 'requests',
    env: 'REQUESTS_PER_SECOND',
    default: '1000',
    unit: 'requests a second',
    help: 'Requests of one caller, or of one address (IPv6: one /64) where the caller is not known, that are no streams; each gateway and each worker counts for itself.',
    answer: { code: 'too_many_requests' },
  }),
  requestBurst: limit(wholeNumber(1, 1_000_000), {
    name: 'requests',
    env: 'REQUEST_BURST',
    default: '5000',
    unit: 'requests',
    help: 'How many requests one caller or address may send at once before REQUESTS_PER_SECOND counts.',
    answer: { code: 'too_many_requests' },
  }),
  maxBodyBytes: limit(size(1024, 64 * 1024 ** 2), {
    name: 'body',
    env: 'MAX_BODY_BYTES',
    default: '1MiB',
    help: 'The body of a request.',
    answer: { code: 'payload_too_large' },
  }),
  maxHeaderBytes: limit(size(8 * 1024, 1024 ** 2), {
    name: 'headers',
    env: 'MAX_HEADER_BYTES',
    default: '16KiB',
    help: 'The request line and the headers of a request, tokens and cookies included.',
    answer: { code: 'headers_too_large' },
  }),
  headersWithin: limit(age(1, LONGEST_MS), {
    name: 'requests_in_time',
    env: 'HEADERS_WITHIN',
    default: '15s',
    help: 'How long a new connection, or the next request of one, may take until its headers are there.',
    answer: { code: 'request_timeout' },
  }),
  requestWithin: limit(age(1, LONGEST_MS), {
    name: 'requests_in_time',
    env: 'REQUEST_WITHIN',
    default: '30s',
    help: 'How long a request may take until its body is there too. Answers may take as long as they like.',
    answer: { code: 'request_timeout' },
  }),
  keepAlive: limit(age(1, LONGEST_MS), {
    name: 'idle',
    env: 'KEEP_ALIVE',
    default: '80s',
    help: 'How long a connection without a request is kept. Longer than load balancers keep theirs (75s at most, as a rule): what they reuse must not be closing.',
    answer: 'closed',
  }),
};

export const LIMIT_ROWS: readonly LimitRow[] = rows;

const limits = z.object(limitOptions);

export type Limits = z.output<typeof limits>;

/** What one viewer may ask for. */
export type ClientLimits = Pick<Limits, 'maxChannels' | 'maxFilterChars' | 'maxFrameBytes'>;

/** What holds where nobody has said anything else. */
export const DEFAULT_LIMITS: Limits = limits.parse({});
