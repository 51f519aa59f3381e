import fc from 'fast-check';
import {
  BEGINNING,
  CHANNEL_STATES,
  CLOSING_REASONS,
  GAP_REASONS,
  NOTICE_KINDS,
  parseChannel,
  parsePattern,
  position,
  STREAM_NAMES,
  formatPosition,
  type ChannelName,
  type ChannelPattern,
  type LogRecord,
  type Notice,
  type Placed,
} from '../index.js';

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';
const ALNUM = LOWER + LOWER.toUpperCase() + DIGITS;

/** What writers, terminals and attackers put into a line. */
export const HOSTILE = [
  '\n\nevent: evil\ndata: {}\n\n',
  '\r',
  '\r\n',
  '\u0000',
  '\u001b[31mred\u001b[0m',
  '\u2028',
  '\u2029',
  '\u0085',
  '\ufeff',
  '\ud800',
  '\udfff',
  '\u{1f4a9}',
  '"}\n{"line":"',
  '\\u000a',
  '</script>',
  '__proto__',
] as const;

/** Any UTF-16 at all, lone surrogates too, and the hostile pieces. */
export const anyText = fc
  .array(
    fc.oneof(
      fc.constantFrom(...HOSTILE),
      fc.nat(0xffff).map((unit) => String.fromCharCode(unit)),
      fc.string(),
    ),
    {
      maxLength: 8,
    },
  )
  .map((pieces) => pieces.join(''));

function oneCharOf(ascii: string): fc.Arbitrary<string> {
  return fc.nat(ascii.length - 1).map((at) => ascii.charAt(at));
}

function word(first: string, rest: string, max: number): fc.Arbitrary<string> {
  return fc
    .tuple(oneCharOf(first), fc.string({ unit: oneCharOf(rest), maxLength: max - 1, size: 'max' }))
    .map(([head, tail]) => head + tail);
}

/** Channel names by the grammar of PROTOCOL, written down a second time on purpose. */
export const channel: fc.Arbitrary<ChannelName> = fc
  .tuple(word(LOWER, `${LOWER}${DIGITS}-`, 32), word(ALNUM, `${ALNUM}._-`, 128))
  .map(([kind, name]) => defined(parseChannel(`${kind}/${name}`)));

export const pattern: fc.Arbitrary<ChannelPattern> = fc
  .tuple(word(`${LOWER}*`, `${LOWER}${DIGITS}-*`, 31), word(`${ALNUM}*`, `${ALNUM}._-*`, 127))
  .map(([kind, name]) => defined(parsePattern(`${kind}/${name}*`)));

export const selector = fc.oneof(channel, pattern);

const bound = fc.oneof(fc.maxSafeNat(), fc.constantFrom(0, 1, Number.MAX_SAFE_INTEGER));

export const anyPosition = fc.oneof(
  fc.tuple(bound, bound).map(([epoch, seq]) => position(epoch, seq)),
  fc.constant(BEGINNING),
);

export const positionText = anyPosition.map(formatPosition);

export const count = fc.maxSafeNat();
export const millis = fc.oneof(fc.maxSafeInteger(), fc.constant(1_763_612_345_678));

/** Objects as JSON makes them, with any of the optional fields absent. */
export function fields<T, K extends keyof T>(model: { [P in keyof T]: fc.Arbitrary<T[P]> }, required: K[]) {
  return fc.record<T, K>(model, { requiredKeys: required, noNullPrototype: true });
}

const logModel = {
  line: anyText,
  time: millis,
  source: anyText,
  stream: fc.constantFrom(...STREAM_NAMES),
  level: anyText,
  partial: fc.constant<true>(true),
  continues: positionText,
  truncated: count,
  hash: anyText,
};

const noticeModel = {
  notice: fc.constantFrom(...NOTICE_KINDS),
  time: millis,
  bytes: fc.option(count),
  source: anyText,
  hash: anyText,
};

const placedModel = { channel, id: positionText };

const logRecord: fc.Arbitrary<LogRecord> = fields(logModel, ['line', 'time']);
const notice: fc.Arbitrary<Notice> = fields(noticeModel, ['notice', 'time', 'bytes']);
export const record = fc.oneof(logRecord, notice);

export const placedLog: fc.Arbitrary<LogRecord & Placed> = fields({ ...logModel, ...placedModel }, ['line', 'time']);
export const placedNotice: fc.Arbitrary<Notice & Placed> = fields({ ...noticeModel, ...placedModel }, [
  'notice',
  'time',
  'bytes',
]);

export const bounds = fields(
  { channel, first: fc.option(positionText), last: fc.option(positionText), source: anyText },
  ['channel', 'first', 'last'],
);

export const epochModel = { channel, closed: positionText, opened: positionText, id: positionText };

export const gapModel = {
  channel,
  from: fc.option(positionText),
  to: fc.option(positionText),
  lost: fc.option(count),
  reason: fc.constantFrom(...GAP_REASONS),
  id: positionText,
};

export const statusModel = {
  channel,
  state: fc.constantFrom(...CHANNEL_STATES),
  since: millis,
  lagBytes: count,
};

export const closingModel = { reason: fc.constantFrom(...CLOSING_REASONS) };

function defined<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the grammar of the tests and that of the parser differ');
  return value;
}
