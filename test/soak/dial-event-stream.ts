import { request } from 'node:http';
import { parseData, parseId } from '../support/event-stream.ts';
import { EventReader, type StreamEvent } from '../support/viewing/event-reader.ts';
import type { Reading } from './reading.ts';
import type { Connection } from './roaming-viewer.ts';

/** An event stream as `EventSource` opens one: the last id is all that it brings. */
export function dialEventStream(gateway: string, reading: Reading, onEnd: () => void): Connection {
  const headers = reading.cursor === '0-0' ? {} : { 'Last-Event-ID': reading.cursor };
  const sent = request(`${gateway}/api/stream?channel=${reading.channel}&after=0-0`, { headers, agent: false });
  let over = false;
  const reader = new EventReader((event) => {
    if (!over) take(event, reading);
  });
  sent.on('response', (response) => {
    if (response.statusCode !== 200) reading.fail(`answered with ${String(response.statusCode)}`);
    response.on('data', (bytes: Buffer) => reader.read(bytes));
    response.on('error', () => undefined);
  });
  sent.on('error', () => undefined);
  sent.on('close', onEnd);
  sent.end();
  // A stream has no goodbye: both ways of leaving are the same.
  const leave = (): void => {
    over = true;
    sent.destroy();
  };
  return { close: leave, cut: leave };
}

function take({ name, data, id = '' }: StreamEvent, reading: Reading): void {
  switch (name) {
    case 'connected':
      reading.connected(id);
      break;
    case 'log':
    case 'notice':
      parseId(id);
      reading.records(id, [parseData(data)]);
      break;
    case 'gap':
    case 'epoch':
      reading.fail(`${name} ${data} after ${reading.cursor}`);
      break;
    default:
  }
}
