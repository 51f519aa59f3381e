import { findServer } from './find-server.ts';
import { freePorts } from './free-ports.ts';
import type { StartOptions } from './redis-config.ts';
import { RedisServer } from './redis-server.ts';

// What tests begin with. All of it is real, listens on loopback only, and is gone when it is disposed of, or when the process of the
// test is gone, however that happens. All throw `NoServer`, which says what to install, where there is nothing to run.

/** One Redis: a container where an engine answers, else a `redis-server` on the PATH, else one that is installed now. */
export async function startRedis({ flavour, ...settings }: StartOptions = {}): Promise<RedisServer> {
  const open = await findServer('one', flavour);
  const [port = 0] = await freePorts(1);
  // It shares no network, so there is nothing to close but the server.
  return await RedisServer.start(await open([]), { ...settings, port });
}
