import {
  PROTOCOL_VERSION,
  parseStreamEvent,
  parsePosition,
  formatPosition,
  position,
  type ChannelName,
  type ChannelRecord,
  type Connected,
  type Placed,
  type Position,
  type PositionText,
  type Records,
  type ServerFrame,
  type StreamEvent,
} from '@tailgate/protocol';
import type { RawEvent } from './event-parser.js';

/** The frames that say what an event of a stream over `channels` says, `channels` in the order of the URL. None for an unknown event. */
export function framesOf({ name, data, lastEventId }: RawEvent, channels: readonly ChannelName[]): ServerFrame[] {
  const event = parseStreamEvent(name, data);
  return event === undefined ? [] : translate(event, lastEventId, channels);
}

function translate(event: StreamEvent, id: string, channels: readonly ChannelName[]): ServerFrame[] {
  const only = channels.length === 1 ? channels[0] : undefined;
  // With several channels the event's id is their vector, and its data has its own.
  const own = only === undefined ? undefined : id;
  switch (event.event) {
    case 'connected':
      return connected(event.data, id.split(','), channels);
    case 'log':
    case 'notice':
      return records([event.data], only, own);
    case 'lines':
      return records(event.data, only, own);
    case 'live':
      return channels.map((channel) => ({ type: 'live', channel }));
    case 'ping':
      return positions(id.split(','), channels);
    case 'epoch':
      return [{ ...(own !== undefined && { id: own }), ...event.data, type: 'epoch' }];
    case 'gap':
      return [{ ...(own !== undefined && { id: own }), ...event.data, type: 'gap' }];
    case 'status':
      return [{ ...event.data, type: 'status' }];
    case 'closing':
      return [{ ...event.data, type: 'closing' }];
  }
}

function connected(data: Connected, ids: readonly string[], channels: readonly ChannelName[]): ServerFrame[] {
  const frames: ServerFrame[] = [{ type: 'welcome', replica: data.replica, version: PROTOCOL_VERSION }];
  for (const [index, channel] of channels.entries()) {
    const cursor = ids[index];
    const bounds = data.channels.find((each) => each.channel === channel) ?? { channel, first: null, last: null };
    if (cursor !== undefined && parsePosition(cursor)) frames.push({ type: 'subscribed', ...bounds, cursor });
  }
  return frames;
}

function positions(ids: readonly string[], channels: readonly ChannelName[]): ServerFrame[] {
  const frames: ServerFrame[] = [];
  for (const [index, channel] of channels.entries()) {
    const at = ids[index];
    if (at !== undefined && parsePosition(at)) frames.push({ type: 'position', channel, position: at });
  }
  return frames;
}

/** Records that each say where they stand, or stand one behind the other, the last at `id`. */
function records(
  placed: readonly (ChannelRecord & Placed)[],
  only: ChannelName | undefined,
  id: PositionText | undefined,
): ServerFrame[] {
  const last = id === undefined ? undefined : parsePosition(id);
  const frames: Batch[] = [];
  for (const [index, { channel = only, id: own, ...record }] of placed.entries()) {
    const at = own ?? (last && backFrom(last, placed.length - 1 - index));
    if (channel === undefined || at === undefined) continue;
    let frame = frames.at(-1);
    if (frame?.channel !== channel)
      frames.push((frame = { type: 'records', channel, first: at, records: [], ids: [] }));
    frame.records.push(record);
    frame.ids.push(at);
  }
  return frames;
}

/** A frame of records that is still growing. */
interface Batch extends Records {
  readonly records: ChannelRecord[];
  readonly ids: PositionText[];
}

function backFrom({ epoch, seq }: Position, steps: number): PositionText | undefined {
  return seq > steps ? formatPosition(position(epoch, seq - steps)) : undefined;
}
