import { until } from '../../support/until.ts';
import type { Random } from '../../support/viewing/random.ts';
import type { Stage } from '../stage.ts';
import type { WrittenFile } from '../written-file.ts';
import type { Fault, FaultKind, Injection } from './fault.ts';

/** How long a file that is to be cut waits for its lines to be with a viewer: what is cut before that can't be promised. */
const SEEN_MS = 8_000;

/** Renames of a storm. */
const STORM = 8;

type Rotate = (file: WrittenFile, stage: Stage, injection: Injection) => Promise<void> | void;

/** Something that is done to some file, while nothing else is. `numbers`: of files that are rotated this way. */
function toFile(random: Random, files: number, numbers: 'grow' | 'move' | 'either', rotate: Rotate): Fault {
  const index = random.between(0, files - 1);
  return {
    what: `file ${index}`,
    async inflict(stage, injection) {
      const file = stage.writer.files[index];
      if (file === undefined || file.isBusy || file.isBehind || stage.writer.isFull) return;
      if (numbers !== 'either' && (numbers === 'grow') !== file.numbersGrow) return;
      file.isBusy = true;
      try {
        await rotate(file, stage, { ...injection, lift: () => injection.lift({ files: [file] }) });
      } finally {
        file.isBusy = false;
      }
    },
  };
}

/** Nothing is written to it until it is over; first all that was written is with a viewer. */
async function whileSeen(file: WrittenFile, { watchers }: Stage, then: () => Promise<void> | void): Promise<void> {
  file.isHeld = true;
  try {
    file.finishLine();
    const last = file.textOf(file.lines);
    const seen = watchers.map(({ judgement }) => judgement).filter(({ channel }) => channel === file.channel);
    const isSeen = (): boolean => seen.some(({ lastLine }) => lastLine === last);
    await until(isSeen, () => 'all is seen', SEEN_MS).then(then, () => undefined);
  } finally {
    file.isHeld = false;
  }
}

/** What happens to the files that are followed. */
export const FILE_FAULTS: readonly FaultKind[] = [
  {
    row: 'renamed and created anew, late lines go to the old file',
    weight: 7,
    draw: (random, { files }) =>
      toFile(random, files, 'either', (file, _stage, injection) => {
        injection.begin();
        file.rename(random.between(0, 3));
        injection.lift();
      }),
  },
  {
    row: `rename storm: ${STORM} times at once`,
    weight: 3,
    // Where numbers grow the times of the files tell their order, which those of one moment can't.
    draw: (random, { files }) =>
      toFile(random, files, 'move', (file, _stage, injection) => {
        injection.begin();
        for (let time = 0; time < STORM; time += 1) {
          file.rename(random.between(0, 3));
          file.write(random.between(1, 3));
        }
        injection.lift();
      }),
  },
  {
    row: 'copied and truncated',
    weight: 5,
    // Who numbers upwards renames.
    draw: (random, { files }) =>
      toFile(random, files, 'move', (file, stage, injection) =>
        whileSeen(file, stage, () => {
          injection.begin();
          file.copyAndTruncate();
        }).then(() => injection.lift()),
      ),
  },
  {
    row: 'logrotate, create',
    weight: 5,
    when: ({ abilities }) => abilities.logrotate !== undefined,
    draw: (random, { files }) =>
      toFile(random, files, 'move', async (file, { abilities }, injection) => {
        if (abilities.logrotate === undefined) return;
        injection.begin();
        await file.logrotate(abilities.logrotate, 'create 0644');
        injection.lift();
      }),
  },
  {
    row: 'logrotate, copytruncate',
    weight: 5,
    when: ({ abilities }) => abilities.logrotate !== undefined,
    draw: (random, { files }) =>
      toFile(random, files, 'move', (file, stage, injection) =>
        whileSeen(file, stage, async () => {
          if (stage.abilities.logrotate === undefined) return;
          injection.begin();
          await file.logrotate(stage.abilities.logrotate, 'copytruncate');
        }).then(() => injection.lift()),
      ),
  },
  {
    row: 'deleted once it was seen, and created anew',
    weight: 3,
    draw: (random, { files }) =>
      toFile(random, files, 'either', (file, stage, injection) =>
        whileSeen(file, stage, () => {
          injection.begin();
          file.remove();
        }).then(() => injection.lift()),
      ),
  },
  {
    row: 'truncated without a copy, whatever was read of it',
    weight: 2,
    draw: (random, { files }) =>
      toFile(random, files, 'either', (file, { watchers }, injection) => {
        // Of a file that nobody has looked at, nobody can tell that something is gone.
        const isKnown = watchers.some(({ judgement: { channel, lastLine = '' } }) => {
          return channel === file.channel && (file.numberOf(lastLine) ?? 0) >= file.firstLine;
        });
        if (!isKnown) return;
        injection.begin();
        file.finishLine();
        file.truncate();
        injection.lift();
      }),
  },
];
