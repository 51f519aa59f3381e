import { findServer } from './find-server.ts';
import { freePorts } from './free-ports.ts';
import { RedisCluster, type ClusterOptions } from './redis-cluster.ts';
import type { StartOptions } from './redis-config.ts';
import { RedisPair } from './redis-pair.ts';
import { RedisServer } from './redis-server.ts';
import { SentinelSet, type SentinelOptions } from './sentinel-set.ts';

// What tests begin with. All of it is real, listens on loopback only, and is gone when it is disposed of, or when the process of the
// test is gone, however that happens. All throw `NoServer`, which says what to install, where there is nothing to run.

/** One Redis: a container where an engine answers, else a `redis-server` on the PATH, else one that is installed now. */
export async function startRedis({ flavour, asProcess = false, ...settings }: StartOptions = {}): Promise<RedisServer> {
  const open = await findServer(asProcess ? 'many' : 'one', flavour);
  const [port = 0] = await freePorts(1);
  // It shares no network, so there is nothing to close but the server.
  return await RedisServer.start(await open([]), { ...settings, port });
}

/** A primary and a replica, run as a Sentinel set is. */
export async function startPair(options: StartOptions = {}): Promise<RedisPair> {
  return await RedisPair.start(options);
}

/**
 * A primary, two replicas, three sentinels: processes where there is a `redis-server` on the PATH, else containers, else processes of one
 * that is installed now.
 */
export async function startSentinelSet(options: SentinelOptions = {}): Promise<SentinelSet> {
  return await SentinelSet.start(options);
}

/** A cluster of three primaries with a replica each, run as a Sentinel set is. */
export async function startCluster(options: ClusterOptions = {}): Promise<RedisCluster> {
  return await RedisCluster.start(options);
}
