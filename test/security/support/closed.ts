import type { Socket } from 'node:net';

/** Before a test that waits for it is given up, which would not say what it waited for. */
const LIMIT_MS = 50_000;

/** Resolves when the connection is closed, however that happens: a reset is no fault here. */
export function closed(socket: Socket): Promise<void> {
  socket.on('error', () => undefined);
  return new Promise((resolve) => socket.once('close', () => resolve()));
}

/** As `closed`; when the connection is still open after 50 s it throws what `explain` says. */
export async function closedInTime(socket: Socket, explain: () => string): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const limit = setTimeout(() => reject(new Error(`open after ${LIMIT_MS} ms: ${explain()}`)), LIMIT_MS);
  try {
    await Promise.race([closed(socket), promise]);
  } finally {
    clearTimeout(limit);
  }
}
