import type { Course, Measure, SoakResult } from './summary.ts';

const MEBIBYTES = { digits: 1, unit: ' MiB', per: 2 ** 20 };
const MILLISECONDS = { digits: 1, unit: ' ms', per: 1 };
const COUNT = { digits: 1, unit: '', per: 1 };

const SHOWN: Readonly<Record<Measure, { words: string; digits: number; unit: string; per: number }>> = {
  heapBytes: { words: 'heap used', ...MEBIBYTES },
  externalBytes: { words: 'memory outside of the heap', ...MEBIBYTES },
  residentBytes: { words: 'resident', ...MEBIBYTES },
  usedBytes: { words: 'used_memory', ...MEBIBYTES },
  handles: { words: 'open descriptors', ...COUNT },
  connections: { words: 'connections', ...COUNT },
  p50Ms: { words: 'append to viewer, p50', ...MILLISECONDS },
  p99Ms: { words: 'append to viewer, p99', ...MILLISECONDS },
  loopP99Seconds: { words: "event loop's delay, p99", ...MILLISECONDS, per: 1e-3 },
};

/** A run in Markdown: what came of it, and a table of what each process took after the first quarter. */
export function soakReport(result: SoakResult): string {
  const { header, ending } = result;
  const { files, rate, viewers, machine, begun, commit } = header;
  const load = `${rate} lines a second to ${files} files, ${viewers} viewers`;
  const where = `${begun.slice(0, 10)}${commit === undefined ? '' : `, commit ${commit}`}, on ${machine}`;
  return [`${where}: ${load}.`, verdict(result), ...(ending?.problems ?? []), table(result)]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** Whether every viewer had every line once, and nothing grew. `undefined`: nothing is wrong, and it was too short to see what grows. */
export function isSound({ ending, courses }: SoakResult): boolean | undefined {
  if (ending?.problems.length !== 0) return false;
  const levels = courses.map(({ isLevel }) => isLevel);
  if (levels.includes(false)) return false;
  return levels.includes(undefined) ? undefined : true;
}

function verdict(result: SoakResult): string {
  const { ending, courses } = result;
  if (ending === undefined) return '**It did not end.**';
  const { problems, written, delivered, connections, rotations, ended } = ending;
  const whole = problems.length === 0 ? 'whole: every viewer had every line once, in order' : '**NOT WHOLE**';
  const rising = courses.filter(({ isLevel }) => isLevel === false);
  const sound = isSound(result);
  const level =
    rising.length > 0
      ? `**RISING: ${rising.map(({ process, measure }) => `${SHOWN[measure].words} of ${process}`).join(', ')}**`
      : sound === undefined
        ? 'too short to see what grows'
        : 'level: nothing grows';
  const counts = `${grouped(written)} lines were written, ${grouped(delivered)} were delivered over ${grouped(connections)} connections`;
  return `In ${(ended / 60).toFixed(1)} minutes ${counts}, and files were rotated ${grouped(rotations)} times. ${whole}; ${level}.`;
}

function table({ courses }: SoakResult): string {
  const rows = courses.map(row);
  if (rows.length === 0) return '';
  return [
    '| process | what | lowest | median | highest | in an hour |',
    '| --- | --- | ---: | ---: | ---: | ---: |',
    ...rows,
  ].join('\n');
}

function row({ process, measure, low, median, high, hourly, isLevel }: Course): string {
  const { words, digits, unit, per } = SHOWN[measure];
  const show = (value: number): string => `${(value / per).toFixed(digits)}${unit}`;
  const slope = `${hourly >= 0 ? '+' : ''}${show(hourly)}`;
  return `| ${process} | ${words} | ${show(low)} | ${show(median)} | ${show(high)} | ${isLevel === false ? `**${slope}**` : slope} |`;
}

function grouped(count: number): string {
  return count.toLocaleString('en');
}
