import { setTimeout } from 'node:timers/promises';
import type { FaultyLink } from '../../support/redis/faulty-link.ts';
import type { Random } from '../../support/viewing/random.ts';
import { GATEWAYS, TAILERS, type MemberName } from '../member-name.ts';
import type { Stage } from '../stage.ts';
import type { FaultKind } from './fault.ts';

/** Between whom, and which link carries that. */
interface Between {
  readonly whom: string;
  readonly members: readonly MemberName[];
  readonly linkOf: (stage: Stage, member: MemberName, random: Random) => FaultyLink;
}

const PLACES: readonly Between[] = [
  {
    whom: 'tailer – Redis',
    members: TAILERS,
    linkOf: ({ topology }, member, random) => topology.linkOf(member, random),
  },
  {
    whom: 'gateway – Redis',
    members: GATEWAYS,
    linkOf: ({ topology }, member, random) => topology.linkOf(member, random),
  },
  { whom: 'viewer – gateway', members: GATEWAYS, linkOf: ({ fleet }, member) => fleet.member(member).front },
];

interface Way {
  readonly how: string;
  readonly weight: number;
  readonly forMs: readonly [low: number, high: number];
  /** Answers what undoes it. */
  readonly inflict: (link: FaultyLink, random: Random) => () => void;
}

const WAYS: readonly Way[] = [
  {
    how: 'reset once',
    weight: 3,
    forMs: [0, 0],
    inflict: (link) => {
      link.cut();
      return () => undefined;
    },
  },
  {
    how: 'cut (refused), 0.2 to 3 s',
    weight: 2,
    forMs: [200, 3_000],
    inflict: (link) => {
      link.refuse();
      return () => link.pass();
    },
  },
  {
    how: 'half-open, 1 to 12 s',
    weight: 2,
    forMs: [1_000, 12_000],
    inflict: (link) => {
      link.silence();
      // When the network is back, the other side knows nothing of the connection any more.
      return () => link.cut();
    },
  },
  {
    how: 'delayed by 20 to 400 ms, 1 to 5 s',
    weight: 2,
    forMs: [1_000, 5_000],
    inflict: (link, random) => {
      link.delay(random.between(20, 400));
      return () => link.pass();
    },
  },
];

/** Of a set of servers the links are shared: what happens to one concerns all who talk to that server. */
export const NETWORK_FAULTS: readonly FaultKind[] = [
  ...PLACES.flatMap((place) => WAYS.map((way) => kindOf(place, way))),
  {
    row: 'network, the answer to an append is lost',
    weight: 3,
    draw(random) {
      const name = random.pick(TAILERS);
      return {
        what: name,
        async inflict({ topology }, injection) {
          const lost = await topology
            .linkOf(name, random)
            .loseReply('evalsha')
            .then(
              () => true,
              () => false,
            );
          if (!lost) return;
          injection.begin();
          injection.lift();
        },
      };
    },
  },
];

function kindOf({ whom, members, linkOf }: Between, { how, weight, forMs, inflict }: Way): FaultKind {
  return {
    row: `network ${whom}: ${how}`,
    weight,
    draw(random) {
      const [name, ms] = [random.pick(members), random.between(...forMs)];
      return {
        what: `${name}, for ${ms} ms`,
        async inflict(stage, injection) {
          const link = linkOf(stage, name, random);
          if (link.connections === 0) return;
          injection.begin();
          const undo = inflict(link, random);
          await setTimeout(ms);
          undo();
          injection.lift();
        },
      };
    },
  };
}
