import type { FaultyLink } from '../../support/redis/faulty-link.ts';
import type { RedisServer } from '../../support/redis/redis-server.ts';
import type { Random } from '../../support/viewing/random.ts';
import type { MemberName } from '../member-name.ts';
import type { ClusterTopology } from './cluster-topology.ts';
import type { SentinelTopology } from './sentinel-topology.ts';
import type { SingleTopology } from './single-topology.ts';

export const TOPOLOGIES = ['single', 'sentinel', 'cluster'] as const;

export type TopologyName = (typeof TOPOLOGIES)[number];

/** What faults want of the Redis of a round, whatever it is made of. */
export interface RedisTopology extends AsyncDisposable {
  readonly name: TopologyName;
  /** How it is set up, in a word or two. */
  readonly settings: string;
  /** `REDIS_URL` of a member. */
  urlOf(member: MemberName): string;
  /** What carries connections between this member and Redis. Of a set of servers all members share the links. */
  linkOf(member: MemberName, random: Random): FaultyLink;
  /** One of the servers that take writes now. Waits until it is known which do. */
  primary(random: Random): Promise<RedisServer>;
  /** Waits until writes are taken, and everybody agrees on who takes them. */
  settled(): Promise<void>;
  /** All processes. */
  readonly servers: readonly RedisServer[];
}

export type Topology = SingleTopology | SentinelTopology | ClusterTopology;
