import { WebSocket } from 'ws';
import { parseData } from '../support/event-stream.ts';
import type { Reading } from './reading.ts';
import type { Connection } from './roaming-viewer.ts';

/** A WebSocket with one subscription, behind the reading's cursor. */
export function dialSocket(gateway: string, reading: Reading, onEnd: () => void): Connection {
  const socket = new WebSocket(`${gateway.replace('http', 'ws')}/ws`, 'tailgate.v1');
  let over = false;
  socket.on('open', () =>
    socket.send(JSON.stringify({ type: 'subscribe', channel: reading.channel, after: reading.cursor })),
  );
  socket.on('message', (data) => {
    if (!over) take(parseData((data as Buffer).toString()), reading);
  });
  socket.on('error', () => undefined);
  socket.on('close', onEnd);
  const leaveBy = (leave: () => void) => (): void => {
    over = true;
    leave();
  };
  return { close: leaveBy(() => socket.close(1000)), cut: leaveBy(() => socket.terminate()) };
}

function take(frame: Readonly<Record<string, unknown>>, reading: Reading): void {
  const { type, cursor, first, records } = frame;
  switch (type) {
    case 'subscribed':
      reading.connected(String(cursor));
      break;
    case 'records':
      reading.records(String(first), Array.isArray(records) ? records : []);
      break;
    case 'gap':
    case 'epoch':
    case 'error':
      reading.fail(`${type} ${JSON.stringify(frame)} after ${reading.cursor}`);
      break;
    default:
  }
}
