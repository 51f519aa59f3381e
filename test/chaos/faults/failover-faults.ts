import { setTimeout } from 'node:timers/promises';
import type { RedisCluster } from '../../support/redis/redis-cluster.ts';
import type { Random } from '../../support/viewing/random.ts';
import type { SentinelTopology } from '../topology/sentinel-topology.ts';
import type { Fault, FaultKind, Injection, Scene } from './fault.ts';

const onSentinel = ({ topology }: Scene): boolean => topology === 'sentinel';

function bySentinels(
  what: string,
  inflict: (topology: SentinelTopology, injection: Injection) => Promise<void>,
): Fault {
  return {
    what,
    async inflict(stage, injection) {
      using turn = stage.redisTurn.take();
      if (turn && stage.topology.name === 'sentinel') await inflict(stage.topology, injection);
    },
  };
}

/** What happens to the server that has some channel. */
function inCluster(
  row: string,
  weight: number,
  inflict: (cluster: RedisCluster, key: string, awayMs: number) => Promise<void>,
): FaultKind {
  return {
    row,
    weight,
    when: ({ topology }) => topology === 'cluster',
    draw(random, scene) {
      const [key, awayMs] = [someKey(random, scene), away(random)];
      return {
        what: key,
        async inflict(stage, injection) {
          using turn = stage.redisTurn.take();
          if (!turn || stage.topology.name !== 'cluster') return;
          injection.begin();
          injection.lift();
          await inflict(stage.topology.cluster, key, awayMs);
        },
      };
    },
  };
}

/** The key that decides which slot, and which server, some channel has. */
function someKey(random: Random, { files }: Scene): string {
  return `{deployment/${String(random.between(0, files - 1)).padStart(2, '0')}}`;
}

/** How long a server that was killed and replaced stays away. */
const away = (random: Random): number => random.between(0, 2_000);

/** What happens where there is more than one Redis. */
export const FAILOVER_FAULTS: readonly FaultKind[] = [
  {
    row: 'failover by Sentinel, asked for',
    weight: 8,
    when: onSentinel,
    draw: () =>
      bySentinels('another primary', (topology, injection) =>
        topology.failOver(() => {
          injection.begin();
          injection.lift();
        }),
      ),
  },
  {
    row: 'failover by Sentinel, the primary killed',
    weight: 8,
    when: onSentinel,
    draw: (random) =>
      bySentinels('another primary', async ({ set }, injection) => {
        await set.settledPrimary();
        injection.begin();
        injection.lift();
        const { killed } = await set.failover();
        await setTimeout(away(random));
        await set.revive(killed);
      }),
  },
  inCluster('failover in a Cluster, asked for', 8, (cluster, key) => cluster.failOver(key)),
  inCluster('failover in a Cluster, a primary killed', 8, async (cluster, key, awayMs) => {
    const { killed } = await cluster.killPrimaryOf(key);
    await setTimeout(awayMs);
    await cluster.revive(killed);
  }),
  inCluster('a slot of a Cluster moved under load', 10, (cluster, key) => cluster.moveSlotOf(key)),
];
