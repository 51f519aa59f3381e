import fc from 'fast-check';
import { ERRORS, problem, type ClientFrame, type ErrorCode, type ServerFrame, type StreamEvent } from '../index.js';
import {
  anyText,
  bounds,
  channel,
  closingModel,
  count,
  epochModel,
  fields,
  gapModel,
  millis,
  placedLog,
  placedNotice,
  positionText,
  record,
  selector,
  statusModel,
} from './arbitraries.js';

export const streamEvent: fc.Arbitrary<StreamEvent> = fc.oneof(
  event(
    'connected',
    fields({ channels: fc.array(bounds, { maxLength: 3 }), replica: anyText }, ['channels', 'replica']),
  ),
  event('log', placedLog),
  event('notice', placedNotice),
  event('lines', fc.array(fc.oneof(placedLog, placedNotice), { maxLength: 3 })),
  event('live', fields({}, [])),
  event('epoch', fields(epochModel, ['channel', 'closed', 'opened'])),
  event('gap', fields(gapModel, ['channel', 'from', 'to', 'lost', 'reason'])),
  event('status', fields(statusModel, ['channel', 'state', 'since'])),
  event('ping', fields({ time: millis }, ['time'])),
  event('closing', fields(closingModel, ['reason'])),
);

const cursors = fc.dictionary(channel, positionText, { maxKeys: 3, noNullPrototype: true });

export const clientFrame: fc.Arbitrary<ClientFrame> = fc.oneof(
  fields(
    {
      type: fc.constant('subscribe'),
      channel: selector,
      after: positionText,
      tail: count,
      since: anyText,
      grep: anyText,
      grepFlags: fc.constant('i'),
      invert: fc.boolean(),
      cursors,
    },
    ['type', 'channel'],
  ),
  about('unsubscribe'),
  about('pause'),
  about('resume'),
  frame('ping', { time: millis }, ['time']),
  frame('auth', { token: anyText }, ['token']),
);

export const serverFrame: fc.Arbitrary<ServerFrame> = fc.oneof(
  frame('welcome', { replica: anyText, version: fc.constant<1>(1) }, ['replica', 'version']),
  frame(
    'subscribed',
    { channel, cursor: positionText, first: fc.option(positionText), last: fc.option(positionText), source: anyText },
    ['channel', 'cursor', 'first', 'last'],
  ),
  frame('records', { channel, first: positionText, records: fc.array(record, { maxLength: 3 }) }, [
    'channel',
    'first',
    'records',
  ]),
  filteredRecords(),
  frame('live', { channel }, ['channel']),
  frame('position', { channel, position: positionText }, ['channel', 'position']),
  frame('epoch', epochModel, ['channel', 'closed', 'opened']),
  frame('gap', gapModel, ['channel', 'from', 'to', 'lost', 'reason']),
  frame('status', statusModel, ['channel', 'state', 'since']),
  frame('closing', closingModel, ['reason']),
  frame('error', { code: anyText, message: anyText, channel: anyText }, ['code', 'message']),
  frame('pong', { time: millis }, ['time']),
  about('paused'),
  about('resumed'),
  about('unsubscribed'),
  frame('authorized', { expiresAt: millis }, ['expiresAt']),
);

const codes = Object.keys(ERRORS).filter((code): code is ErrorCode => code in ERRORS);

export const anyProblem = fc
  .tuple(fc.constantFrom(...codes), fc.option(anyText, { nil: undefined }))
  .map(([code, detail]) => problem(code, detail));

function event<Name extends StreamEvent['event'], Data>(name: Name, data: fc.Arbitrary<Data>) {
  return data.map((some) => ({ event: name, data: some }));
}

function frame<Type extends string, T, K extends keyof T>(
  type: Type,
  model: { [P in keyof T]: fc.Arbitrary<T[P]> },
  required: K[],
) {
  return fields(model, required).map((some) => ({ type, ...some }));
}

function about<Type extends string>(type: Type) {
  return frame(type, { channel: selector }, ['channel']);
}

function filteredRecords() {
  return fc
    .tuple(channel, positionText, fc.array(fc.tuple(record, positionText), { maxLength: 3 }))
    .map(([name, first, sent]) => ({
      type: 'records' as const,
      channel: name,
      first,
      records: sent.map(([one]) => one),
      ids: sent.map(([, id]) => id),
    }));
}
