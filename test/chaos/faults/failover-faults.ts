import { setTimeout } from 'node:timers/promises';
import type { Random } from '../../support/viewing/random.ts';
import type { Stage } from '../stage.ts';
import type { ClusterTopology } from '../topology/cluster-topology.ts';
import type { SentinelTopology } from '../topology/sentinel-topology.ts';
import type { Fault, FaultKind, Injection, Scene } from './fault.ts';

const onSentinel = ({ topology }: Scene): boolean => topology === 'sentinel';
const onCluster = ({ topology }: Scene): boolean => topology === 'cluster';

type Inflict<Topology> = (topology: Topology, injection: Injection, stage: Stage) => Promise<void>;

function bySentinels(what: string, inflict: Inflict<SentinelTopology>): Fault {
  return {
    what,
    async inflict(stage, injection) {
      using turn = stage.redisTurn.take();
      if (turn && stage.topology.name === 'sentinel') await inflict(stage.topology, injection, stage);
    },
  };
}

function inCluster(what: string, inflict: Inflict<ClusterTopology>): Fault {
  return {
    what,
    async inflict(stage, injection) {
      using turn = stage.redisTurn.take();
      if (turn && stage.topology.name === 'cluster') await inflict(stage.topology, injection, stage);
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
  {
    row: 'failover in a Cluster, asked for',
    weight: 8,
    when: onCluster,
    draw(random, scene) {
      const key = someKey(random, scene);
      return inCluster(key, async ({ cluster }, injection) => {
        injection.begin();
        injection.lift();
        await cluster.failOver(key);
      });
    },
  },
  {
    row: 'failover in a Cluster, a primary killed',
    weight: 8,
    when: onCluster,
    draw(random, scene) {
      const key = someKey(random, scene);
      return inCluster(key, async ({ cluster }, injection) => {
        injection.begin();
        injection.lift();
        const { killed } = await cluster.killPrimaryOf(key);
        await setTimeout(away(random));
        await cluster.revive(killed);
      });
    },
  },
  {
    row: 'a slot of a Cluster moved under load',
    weight: 10,
    when: onCluster,
    draw(random, scene) {
      const key = someKey(random, scene);
      return inCluster(key, async ({ cluster }, injection) => {
        injection.begin();
        injection.lift();
        await cluster.moveSlotOf(key);
      });
    },
  },
];
