import { Random } from '../support/viewing/random.ts';
import { FAILOVER_FAULTS } from './faults/failover-faults.ts';
import type { Fault, FaultKind, Scene } from './faults/fault.ts';
import { FILE_FAULTS } from './faults/file-faults.ts';
import { NETWORK_FAULTS } from './faults/network-faults.ts';
import { PROCESS_FAULTS } from './faults/process-faults.ts';
import { REDIS_FAULTS } from './faults/redis-faults.ts';
import { RESOURCE_FAULTS } from './faults/resource-faults.ts';
import { VIEWER_FAULTS } from './faults/viewer-faults.ts';

const KINDS: readonly FaultKind[] = [
  ...PROCESS_FAULTS,
  ...REDIS_FAULTS,
  ...FAILOVER_FAULTS,
  ...NETWORK_FAULTS,
  ...VIEWER_FAULTS,
  ...FILE_FAULTS,
  ...RESOURCE_FAULTS,
];

/** The shortest and the longest time between the begins of two faults, beside the mean. */
const [SHORTEST, LONGEST] = [0.4, 1.6];

export interface Pace {
  /** For how long faults begin. */
  readonly seconds: number;
  /** How often, on average: milliseconds. */
  readonly everyMs: number;
}

export interface PlannedFault {
  /** Its place in the plan. */
  readonly index: number;
  /** Milliseconds after the begin. */
  readonly at: number;
  /** Of its kind. */
  readonly row: string;
  readonly fault: Fault;
}

/** All that goes wrong within so long, in the order of time: what it is depends on the seed, and on what can be had here, alone. */
export function planFaults(seed: number, { seconds, everyMs }: Pace, scene: Scene): readonly PlannedFault[] {
  const random = new Random(seed);
  const kinds = KINDS.filter(({ when }) => when?.(scene) ?? true);
  const [shortest, longest] = [Math.round(everyMs * SHORTEST), Math.round(everyMs * LONGEST)];
  const plan: PlannedFault[] = [];
  for (let at = 500; at < seconds * 1000; at += random.between(shortest, longest)) {
    const kind = drawKind(kinds, random);
    const own = new Random(random.between(0, 2 ** 31));
    plan.push({ index: plan.length, at, row: kind.row, fault: kind.draw(own, scene) });
  }
  return plan;
}

function drawKind(kinds: readonly FaultKind[], random: Random): FaultKind {
  let left = random.next() * kinds.reduce((sum, { weight }) => sum + weight, 0);
  const drawn = kinds.find(({ weight }) => (left -= weight) < 0);
  return drawn ?? random.pick(kinds);
}
