import { setTimeout } from 'node:timers/promises';
import type { Random } from '../../support/viewing/random.ts';
import { resumeAt } from '../viewers/resumption.ts';
import type { Stage } from '../stage.ts';
import type { FaultKind } from './fault.ts';

/** How often a storm comes back. */
const GUSTS = 5;
const GUST_MS = 150;

/** What viewers do, or is done to them. */
export const VIEWER_FAULTS: readonly FaultKind[] = [
  {
    row: 'viewers lose their connections',
    weight: 6,
    draw(random) {
      const share = random.pick([0.1, 0.3, 1]);
      return {
        what: `${share * 100} %`,
        inflict({ watchers }, injection) {
          const cut = watchers.filter(() => random.chance(share));
          injection.begin();
          for (const watcher of cut) watcher.cut();
          injection.lift({ watchers: cut });
          return Promise.resolve();
        },
      };
    },
  },
  {
    row: `reconnect storm: all viewers, ${GUSTS} times within a second`,
    weight: 3,
    draw: () => ({
      what: 'all',
      async inflict({ watchers }, injection) {
        injection.begin();
        for (let gust = 0; gust < GUSTS; gust += 1) {
          for (const watcher of watchers) watcher.cut();
          await setTimeout(GUST_MS);
        }
        injection.lift();
      },
    }),
  },
  {
    row: 'viewers stop reading, 1 to 8 s',
    weight: 4,
    draw(random) {
      const [share, forMs] = [random.pick([0.1, 0.5]), random.between(1_000, 8_000)];
      return {
        what: `${share * 100} %, for ${forMs} ms`,
        inflict: (stage, injection) => holdSome(stage, share, forMs, random, injection.begin, injection.lift),
      };
    },
  },
  ...(['old', 'future', 'foreign'] as const).map((which): FaultKind => ({
    row: `resume at ${which === 'old' ? 'an' : 'a'} ${which} position`,
    weight: which === 'future' ? 1.5 : 3,
    draw: (random) => ({
      what: which,
      async inflict(stage, injection) {
        const problem = await resumeAt(which, stage, random, injection);
        if (problem !== undefined) stage.problems.push(problem);
      },
    }),
  })),
];

async function holdSome(
  { watchers, recoveries }: Stage,
  share: number,
  forMs: number,
  random: Random,
  begin: () => void,
  lift: (concerned: { readonly watchers: typeof watchers }) => void,
): Promise<void> {
  const held = watchers.filter(() => random.chance(share));
  const resumes = held.flatMap((watcher) => watcher.hold() ?? []);
  if (resumes.length === 0) return;
  begin();
  const returns = held.map((watcher) => recoveries.hold(watcher));
  await setTimeout(forMs);
  for (const resume of resumes) resume();
  for (const giveBack of returns) giveBack();
  lift({ watchers: held });
}
