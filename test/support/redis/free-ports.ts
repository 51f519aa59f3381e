import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/** Below what systems give to clients (Linux: from 32768 on). */
const FIRST = 20_000;
const COUNT = 12_000;

/**
 * Ports of loopback that nobody listens on, each of them once. None is of the range that systems give to clients: there, a client that
 * tries and tries to reach a server that was killed ends up connected to itself, or takes the port that the server comes back to.
 */
export async function freePorts(count: number): Promise<number[]> {
  const held: Server[] = [];
  const ports: number[] = [];
  try {
    while (ports.length < count) {
      const port = FIRST + Math.floor(Math.random() * COUNT);
      const server = await listen(port);
      if (server === undefined) continue;
      held.push(server);
      ports.push(port);
    }
  } finally {
    await Promise.all(held.map((server) => once(server.close(), 'close')));
  }
  return ports;
}

async function listen(port: number): Promise<Server | undefined> {
  const server = createServer();
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening');
    return server;
  } catch {
    return undefined;
  }
}
