import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseSoak, type Sample } from './sample.ts';
import { parseSoakArguments } from './soak-options.ts';
import { isSound, soakReport } from './soak-report.ts';
import { drawSoak, SOAK_PLOTS } from './plots.ts';
import { coursesOf, resultOf } from './summary.ts';
import { documentOfKept, DOCUMENT } from './write-report.ts';

const MIB = 2 ** 20;
const HEADER = { begun: '2026-01-02T03:04:05.000Z', machine: 'm', minutes: 120, files: 15, rate: 500, viewers: 150 };
const ENDING = { problems: [], written: 1, delivered: 1, connections: 1, rotations: 1, ended: 7_200 };

/** Two hours; `heapAt`: MiB after so many seconds. */
function samplesOf(heapAt: (at: number) => number, seconds = 7_200): Sample[] {
  return Array.from({ length: seconds / 10 }, (_, index) => {
    const at = (index + 1) * 10;
    return { at, of: { gateway: { heapBytes: heapAt(at) * MIB } } };
  });
}

/** A sawtooth of the garbage collection: 20 MiB every 7 minutes. */
const sawtooth = (at: number): number => 50 + (at % 420) / 21;

describe('the judgement of a soak', () => {
  test.each<[string, boolean, (at: number) => number]>([
    ['the same all the time', true, () => 50],
    ['a sawtooth', true, sawtooth],
    ['what fills up at the beginning', true, (at) => Math.min(at, 1_800) / 10],
    ['single peaks', true, (at) => (at % 600 === 0 ? 500 : 50)],
    ['a leak of 20 MiB an hour', false, (at) => 50 + at / 180],
    ['a leak below a sawtooth', false, (at) => sawtooth(at) + at / 180],
  ])('%s: level is %j', (_what, isLevel, heapAt) => {
    expect(coursesOf({ samples: samplesOf(heapAt) })).toMatchObject([{ process: 'gateway', isLevel }]);
  });

  test('says nothing of slopes where the time is too short', () => {
    const samples = samplesOf((at) => at, 60);
    expect(coursesOf({ samples })).toMatchObject([{ hourly: 3_600 * MIB }]);
    expect(isSound(resultOf({ header: HEADER, samples, ending: ENDING }))).toBeUndefined();
  });

  test('is against a run that did not end, or that lost something', () => {
    const run = { header: HEADER, samples: samplesOf(() => 50) };
    expect(isSound(resultOf({ ...run, ending: ENDING }))).toBe(true);
    expect(isSound(resultOf({ ...run, ending: undefined }))).toBe(false);
    const lost = resultOf({ ...run, ending: { ...ENDING, problems: ['a hole'] } });
    expect(isSound(lost)).toBe(false);
    expect(soakReport(lost)).toContain('NOT WHOLE');
  });

  test('tells what rises', () => {
    const samples = samplesOf((at) => at);
    expect(soakReport(resultOf({ header: HEADER, samples, ending: ENDING }))).toContain('RISING: heap used of gateway');
  });

  test('a file that was cut off is read as far as it goes', () => {
    const lines = [HEADER, ...samplesOf(() => 50, 100), ENDING].map((line) => JSON.stringify(line));
    expect(parseSoak(lines.join('\n'))).toMatchObject({ header: HEADER, ending: ENDING });
    expect(parseSoak(lines.slice(0, -1).join('\n')).samples).toHaveLength(10);
  });
});

test.each([
  [['--minutes', '0'], '--minutes is 0; allowed are 0.1 to 10000'],
  [['--rate', 'fast'], '--rate is fast; allowed are 10 to 10000'],
  [['--viewers', ''], '--viewers is ; allowed are 2 to 5000'],
  [['--hours', '2'], "Unknown option '--hours'"],
])('%j is answered with a sentence', (args, sentence) => {
  expect(parseSoakArguments(args)).toContain(sentence);
});

test('docs/reliability.md says what is kept of the last run', async () => {
  expect(await documentOfKept(), 'npm run soak:report writes it anew').toBe(readFileSync(DOCUMENT, 'utf8'));
});

test('a plot has every line that is measured', () => {
  for (const plot of SOAK_PLOTS) {
    const of = Object.fromEntries(plot.lines.map(({ process, measure }) => [process, { [measure]: 5 }]));
    const svg = drawSoak(
      plot,
      [10, 20, 30].map((at) => ({ at, of })),
    );
    expect(svg).not.toMatch(/NaN|Infinity/);
  }
});
