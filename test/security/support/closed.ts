import type { Socket } from 'node:net';

/** Resolves when the connection is closed, however that happens: a reset is no fault here. */
export function closed(socket: Socket): Promise<void> {
  socket.on('error', () => undefined);
  return new Promise((resolve) => socket.once('close', () => resolve()));
}
