import { replaceBetween } from '../../support/between-marks.ts';
import { table } from '../result.ts';
import type { SavedRun } from '../saved-run.ts';
import type { Plot } from './plots.ts';

const MARKS = {
  begin: '<!-- What follows is made by `npm run bench:report` from the files in docs/performance. -->',
  end: '<!-- Here it ends. -->',
};

/** A load average that a benchmark on two cores, or the one before it, does not make by itself. */
const BUSY = 4;
const WARNING =
  '**The machine had much else to do: these figures show that the benchmark runs, and little of how fast anything is.**';

/** The document with this run's figures in place of what was between its marks. */
export function withFigures(document: string, runs: readonly SavedRun[], plots: readonly Plot[]): string {
  return replaceBetween(document, MARKS, section(runs, plots));
}

function section(runs: readonly SavedRun[], plots: readonly Plot[]): string {
  const images = plots.map(({ title, file }) => `![${title}](performance/${file})`);
  return [...runs.map(runText), ...images].join('\n\n');
}

function runText({ benchmark, date, machine, programs, load: [before, after], results }: SavedRun): string {
  const where = `${date}, on ${machine}; ${programs}; load average ${before} before, ${after} after.`;
  return [`### \`${benchmark}\``, where, ...(before > BUSY ? [WARNING] : []), table(results)].join('\n\n');
}
