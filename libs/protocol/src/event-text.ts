import {
  CHANNEL_STATES,
  CLOSING_REASONS,
  GAP_REASONS,
  type ChannelBounds,
  type ChannelStatus,
  type Closing,
  type Connected,
  type EpochOpened,
  type Gap,
  type Ping,
  type Placed,
  type StreamEvent,
} from './events.js';
import { Fault, type Reader } from './fault.js';
import {
  channelName,
  count,
  isObject,
  list,
  millis,
  nullable,
  object,
  oneOf,
  optional,
  positionText,
  readJson,
  text,
} from './readers.js';
import { eitherRecord, logFields, noticeFields } from './record-text.js';
import type { LogRecord, Notice } from './record.js';

/** The fields of the events that are WebSocket frames too. */
export const epochFields = {
  channel: channelName,
  closed: positionText,
  opened: positionText,
  id: optional(positionText),
};

export const gapFields = {
  channel: channelName,
  from: nullable(positionText),
  to: nullable(positionText),
  lost: nullable(count),
  reason: oneOf(...GAP_REASONS),
  id: optional(positionText),
};

export const statusFields = {
  channel: channelName,
  state: oneOf(...CHANNEL_STATES),
  since: millis,
  lagBytes: optional(count),
};

export const closingFields = { reason: oneOf(...CLOSING_REASONS) };

const placedFields = { channel: optional(channelName), id: optional(positionText) };

const readLog = object<LogRecord & Placed>({ ...logFields, ...placedFields });
const readNotice = object<Notice & Placed>({ ...noticeFields, ...placedFields });

const readBounds = object<ChannelBounds>({
  channel: channelName,
  first: nullable(positionText),
  last: nullable(positionText),
  source: optional(text),
});

/** A record as several channels, a filter or REST send it. */
export const readPlacedRecord: Reader<(LogRecord | Notice) & Placed> = eitherRecord(readLog, readNotice);

type EventName = StreamEvent['event'];
type DataOf<Name extends EventName> = Extract<StreamEvent, { readonly event: Name }>['data'];

const eventData: { readonly [Name in EventName]: Reader<DataOf<Name>> } = {
  connected: object<Connected>({ channels: list(readBounds), replica: text }),
  log: readLog,
  notice: readNotice,
  lines: list(readPlacedRecord),
  live: (value) => (isObject(value) ? {} : new Fault('a JSON object', value)),
  epoch: object<EpochOpened>(epochFields),
  gap: object<Gap>(gapFields),
  status: object<ChannelStatus>(statusFields),
  ping: object<Ping>({ time: millis }),
  closing: object<Closing>(closingFields),
};

/**
 * An SSE event's name and data as an event with the known fields only; `undefined` where the name is not known or the data is not
 * what belongs to it. A reader skips such an event: a later server may send more.
 */
export function parseStreamEvent(name: string, data: string): StreamEvent | undefined {
  if (!isEventName(name)) return undefined;
  const read = readJson<StreamEvent['data']>(data, eventData[name]);
  // The table has checked the data by its event's name, which the compiler can't follow through the union.
  return read instanceof Fault ? undefined : ({ event: name, data: read } as StreamEvent);
}

/** The event's data as one line of JSON; its name is `event.event`. */
export function printStreamEvent(event: StreamEvent): string {
  return JSON.stringify(event.data);
}

function isEventName(name: string): name is EventName {
  return Object.hasOwn(eventData, name);
}
