import { closingFields, epochFields, gapFields, statusFields } from './event-text.js';
import type { ChannelStatus, Closing, EpochOpened, Gap } from './events.js';
import { Fault, type Reader } from './fault.js';
import { readFrame, type FrameReaders } from './frame-reader.js';
import {
  PROTOCOL_VERSION,
  type Authorized,
  type ErrorFrame,
  type LiveFrame,
  type PingFrame,
  type PositionFrame,
  type Records,
  type ServerFrame,
  type Subscribed,
  type SubscriptionChange,
  type Welcome,
} from './frames.js';
import {
  channelName,
  channelSelector,
  list,
  millis,
  nullable,
  object,
  oneOf,
  optional,
  positionText,
  text,
} from './readers.js';
import { readRecord } from './record-text.js';

const readFields: Reader<Records> = object<Records>({
  type: oneOf('records'),
  channel: channelName,
  first: positionText,
  records: list(readRecord),
  ids: optional(list(positionText)),
});

/** The fields, and an id for each record where there are ids. */
const readRecords: Reader<Records> = (value) => {
  const frame = readFields(value);
  if (frame instanceof Fault || frame.ids === undefined || frame.ids.length === frame.records.length) return frame;
  return new Fault('as many ids as there are records', frame.ids);
};

const readers: FrameReaders<ServerFrame> = {
  welcome: object<Welcome>({ type: oneOf('welcome'), replica: text, version: oneOf(PROTOCOL_VERSION) }),
  subscribed: object<Subscribed>({
    type: oneOf('subscribed'),
    channel: channelName,
    cursor: positionText,
    first: nullable(positionText),
    last: nullable(positionText),
    source: optional(text),
  }),
  records: readRecords,
  live: object<LiveFrame>({ type: oneOf('live'), channel: channelName }),
  position: object<PositionFrame>({ type: oneOf('position'), channel: channelName, position: positionText }),
  epoch: object<{ readonly type: 'epoch' } & EpochOpened>({ type: oneOf('epoch'), ...epochFields }),
  gap: object<{ readonly type: 'gap' } & Gap>({ type: oneOf('gap'), ...gapFields }),
  status: object<{ readonly type: 'status' } & ChannelStatus>({ type: oneOf('status'), ...statusFields }),
  closing: object<{ readonly type: 'closing' } & Closing>({ type: oneOf('closing'), ...closingFields }),
  error: object<ErrorFrame>({ type: oneOf('error'), code: text, message: text, channel: optional(text) }),
  pong: object<PingFrame<'pong'>>({ type: oneOf('pong'), time: millis }),
  paused: object<SubscriptionChange<'paused'>>({ type: oneOf('paused'), channel: channelSelector }),
  resumed: object<SubscriptionChange<'resumed'>>({ type: oneOf('resumed'), channel: channelSelector }),
  unsubscribed: object<SubscriptionChange<'unsubscribed'>>({ type: oneOf('unsubscribed'), channel: channelSelector }),
  authorized: object<Authorized>({ type: oneOf('authorized'), expiresAt: millis }),
};

/** What a server sent; `undefined` for what is no frame, or none that is known, which a client skips: a later server may send more. */
export function parseServerFrame(json: string): ServerFrame | undefined {
  const frame = readFrame(json, readers);
  return frame instanceof Fault ? undefined : frame;
}
