import type { Random } from '../support/viewing/random.ts';

export type MemberName = `${'tailer' | 'gateway'}-${1 | 2 | 3}`;

export const TAILERS: readonly MemberName[] = ['tailer-1', 'tailer-2', 'tailer-3'];

export const MEMBERS: readonly MemberName[] = [...TAILERS, 'gateway-1', 'gateway-2', 'gateway-3'];

/** What goes wrong. Times in milliseconds. */
export type Fault =
  /** SIGKILL, and started again. */
  | { readonly kind: 'kill'; readonly member: MemberName; readonly downMs: number }
  /** SIGSTOP, and SIGCONT. */
  | { readonly kind: 'pause'; readonly member: MemberName; readonly forMs: number }
  /** All tailers are killed, so that files are rotated while nobody looks. */
  | { readonly kind: 'kill all tailers'; readonly downMs: number }
  | { readonly kind: 'restart redis'; readonly signal: 'SIGTERM' | 'SIGKILL'; readonly downMs: number }
  /** Redis is killed, and what came in the last moments was not on the disk yet: what `everysec` allows. */
  | { readonly kind: 'forget'; readonly lastMs: number; readonly downMs: number }
  /** The member's connections to Redis are cut. */
  | { readonly kind: 'cut'; readonly member: MemberName }
  /** The member's connections to Redis carry nothing more, and stay open. */
  | { readonly kind: 'silence'; readonly member: MemberName }
  /** What the member's next script answers is lost, and then its connection. */
  | { readonly kind: 'lose answer'; readonly member: MemberName }
  /** Redis itself cuts all connections of this sort. */
  | { readonly kind: 'client kill'; readonly sort: 'normal' | 'pubsub' }
  /** So large a share of the viewers lose their connections. */
  | { readonly kind: 'cut viewers'; readonly share: number }
  /** Renamed and created so often, at once. */
  | { readonly kind: 'rename'; readonly file: number; readonly times: number }
  | { readonly kind: 'copy and truncate'; readonly file: number };

export interface PlannedFault {
  /** Milliseconds after the begin. */
  readonly at: number;
  readonly fault: Fault;
}

const WEIGHTS: Readonly<Record<Fault['kind'], number>> = {
  rename: 18,
  'copy and truncate': 16,
  'cut viewers': 16,
  kill: 14,
  pause: 12,
  'kill all tailers': 2,
  cut: 9,
  'restart redis': 5,
  forget: 3,
  'client kill': 4,
  'lose answer': 4,
  silence: 2,
};

export interface PlanOptions {
  readonly seconds: number;
  readonly files: number;
  /** Whether Redis may forget what it has answered. */
  readonly forgets: boolean;
}

/** All that goes wrong within so long, in the order of time: what it is depends on the seed alone. */
export function planFaults(random: Random, { seconds, files, forgets }: PlanOptions): readonly PlannedFault[] {
  const plan: PlannedFault[] = [];
  for (let at = 500; at < seconds * 1000; at += random.between(150, 700)) {
    const fault = drawFault(random, files);
    if (forgets || fault.kind !== 'forget') plan.push({ at, fault });
  }
  return plan;
}

function drawFault(random: Random, files: number): Fault {
  const kind = random.weighted(WEIGHTS);
  const member = random.pick(MEMBERS);
  switch (kind) {
    case 'kill':
      return { kind, member, downMs: random.between(0, 2_000) };
    case 'pause':
      return { kind, member, forMs: random.between(1_000, 6_000) };
    case 'kill all tailers':
      return { kind, downMs: random.between(500, 3_000) };
    case 'restart redis':
      return { kind, signal: random.pick(['SIGTERM', 'SIGKILL']), downMs: random.between(0, 2_000) };
    case 'forget':
      return { kind, lastMs: random.between(0, 1_000), downMs: random.between(0, 2_000) };
    case 'cut':
    case 'silence':
    case 'lose answer':
      return { kind, member };
    case 'client kill':
      return { kind, sort: random.pick(['normal', 'pubsub']) };
    case 'cut viewers':
      return { kind, share: random.pick([0.1, 0.3, 1]) };
    case 'rename':
      return { kind, file: random.between(0, files - 1), times: random.pick([1, 1, 1, 2, 3]) };
    case 'copy and truncate':
      return { kind, file: random.between(0, files - 1) };
  }
}
