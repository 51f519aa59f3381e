import { parseId } from '../../support/event-stream.ts';
import { until } from '../../support/until.ts';
import type { Random } from '../../support/viewing/random.ts';
import { Viewer } from '../../support/viewing/viewer.ts';
import type { Injection } from '../faults/fault.ts';
import type { Stage } from '../stage.ts';

export type Whence = 'old' | 'future' | 'foreign';

/** Positions that nobody knows are waited for for 10 s, and everything may go wrong meanwhile. */
const PATIENCE_MS = 90_000;

/** Of an epoch that no channel ever had. */
const FOREIGN = '12345-6';

/**
 * Somebody comes to some channel with a position that was given long ago, that is not given yet, or that comes from somewhere else.
 * Answers what is wrong with what it is given: after an old one the lines go on behind it; the others are told of a gap first.
 */
export async function resumeAt(
  whence: Whence,
  { watchers, writer, fleet }: Stage,
  random: Random,
  injection: Injection,
): Promise<string | undefined> {
  const known = random.pick(watchers).judgement;
  const file = writer.files.find(({ channel }) => channel === known.channel);
  const position = random.pick([...known.named.keys(), FOREIGN]);
  if (file === undefined || known.named.size === 0) return undefined;
  const after = whence === 'foreign' ? FOREIGN : whence === 'future' ? futureOf(position) : position;
  using viewer = new Viewer(known.channel, '', random, fleet.anyGateway, { after });
  const { judgement } = viewer;
  let first: string | undefined;
  let told = 0;
  judgement.onLine = (text) => {
    if (first === undefined) told = countGaps(judgement.counts);
    first ??= text;
  };
  injection.begin();
  viewer.connect();
  await until(
    () => first !== undefined,
    () => `a line of ${known.channel} after ${after}`,
    PATIENCE_MS,
  );
  injection.recover(file);
  if (whence !== 'old' && told === 0) return `${known.channel}: after ${after} came ${String(first)}, without a gap`;
  return judgement.problems[0];
}

function futureOf(position: string): string {
  const { epoch, seq } = parseId(position);
  return `${epoch}-${seq + 1_000_000}`;
}

function countGaps(counts: ReadonlyMap<string, number>): number {
  return counts.get('gap') ?? 0;
}
