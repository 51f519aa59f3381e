import { parsePosition, type ServerFrame } from '@tailgate/protocol';

/** What a stream over one channel says where a WebSocket says `frame`; `subscribed` is the `connected` event, `welcome` is in it. */
export function encodeAsEvents(frame: ServerFrame): string {
  switch (frame.type) {
    case 'subscribed': {
      const { cursor, channel, first, last } = frame;
      return event('connected', { channels: [{ channel, first, last }], replica: 'fake' }, cursor);
    }
    case 'records': {
      const first = parsePosition(frame.first);
      const last = first && `${first.epoch}-${first.seq + frame.records.length - 1}`;
      return event('lines', frame.records, last);
    }
    case 'gap':
    case 'epoch': {
      const { type, id, ...data } = frame;
      return event(type, data, id);
    }
    case 'live':
      return event('live', {});
    case 'status':
    case 'closing': {
      const { type, ...data } = frame;
      return event(type, data);
    }
    default:
      return '';
  }
}

function event(name: string, data: unknown, id?: string): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
