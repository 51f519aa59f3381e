import { vi } from 'vitest';
import type { StartRedis } from './on-redis.js';
import type { RedisServer } from './redis-server.js';

const SLOTS = 16_384;

/** A real cluster of primaries on loopback. */
export class RedisCluster implements AsyncDisposable {
  private constructor(readonly nodes: readonly RedisServer[]) {}

  static async start(start: StartRedis, size: number): Promise<RedisCluster> {
    const settings = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '5000'];
    const nodes = await Promise.all(Array.from({ length: size }, () => start(...settings)));
    const cluster = new RedisCluster(nodes);
    try {
      await cluster.#join();
    } catch (error) {
      await cluster[Symbol.asyncDispose]();
      throw error;
    }
    return cluster;
  }

  get url(): string {
    return `redis+cluster://${this.nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.nodes.map((node) => node[Symbol.asyncDispose]()));
  }

  async #join(): Promise<void> {
    const { nodes } = this;
    for (const [index, { admin }] of nodes.entries()) {
      const [from, to] = [index, index + 1].map((part) => Math.floor((part * SLOTS) / nodes.length));
      await admin.call('CLUSTER', 'ADDSLOTSRANGE', String(from), String((to ?? SLOTS) - 1));
      // Nodes of the same epoch would quarrel about their slots first.
      await admin.call('CLUSTER', 'SET-CONFIG-EPOCH', String(index + 1));
      for (const { port } of nodes.slice(0, index)) await admin.call('CLUSTER', 'MEET', '127.0.0.1', String(port));
    }
    for (const { admin } of nodes) {
      await vi.waitFor(
        async () => {
          const info = String(await admin.call('CLUSTER', 'INFO'));
          if (!info.includes('cluster_state:ok') || !info.includes(`cluster_known_nodes:${nodes.length}`))
            throw new Error(info);
        },
        { timeout: 30_000, interval: 50 },
      );
    }
  }
}
