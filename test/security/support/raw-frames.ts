import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { closed } from './closed.ts';

/** A masked frame (RFC 6455, section 5.2) of at most 125 bytes; the mask is zero, so that the bytes stand as they are. */
export function rawFrame(first: number, payload: string): Buffer {
  const body = Buffer.from(payload);
  return Buffer.concat([Buffer.from([first, 0x80 | body.length, 0, 0, 0, 0]), body]);
}

export const PING = 0x89;
export const TEXT = 0x81;
/** The first piece of a text, and one that neither begins nor ends it. */
export const TEXT_BEGINS = 0x01;
export const CONTINUES = 0x00;

/** A connection after the WebSocket handshake, which no library keeps from saying what it likes. */
export async function openRawSocket(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  const head = ['Host: localhost', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'];
  const key = `Sec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}`;
  socket.write(`GET /ws HTTP/1.1\r\n${[...head, key].join('\r\n')}\r\n\r\n`);
  await once(socket, 'data');
  return socket;
}

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('drain', () => resolve()));
}

/** Sends it again and again, as fast as it is taken, until so many were sent, or the other side closes. */
export async function flood(socket: Socket, piece: Buffer, times: number): Promise<void> {
  const over = closed(socket);
  for (let sent = 0; sent < times && !socket.destroyed; sent += 1) {
    if (!socket.write(piece)) await Promise.race([drained(socket), over]);
  }
}
