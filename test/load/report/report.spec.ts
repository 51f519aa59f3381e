import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FOLDER } from '../saved-run.ts';
import { Axis, short } from './axis.ts';
import { lineChart } from './line-chart.ts';
import { DOCUMENT, makeReport } from './write-report.ts';

describe('the report', () => {
  test('docs/performance.md and its plots say what is kept in docs/performance', async () => {
    const { document, plots } = await makeReport();
    expect(document, 'npm run bench:report writes it anew').toBe(readFileSync(DOCUMENT, 'utf8'));
    for (const { file, svg } of plots) expect(svg, file).toBe(readFileSync(FOLDER + file, 'utf8'));
  });
});

describe('an axis', () => {
  test.each(['log', 'linear'] as const)('a %s one has a place for every value', (scale) => {
    const values = fc.array(fc.double({ min: 0.001, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(values, (all) => {
        const axis = new Axis({ label: 'any', scale }, all);
        for (const value of all) {
          expect(axis.place(value)).toBeGreaterThanOrEqual(-1e-9);
          expect(axis.place(value)).toBeLessThanOrEqual(1 + 1e-9);
        }
        expect(axis.ticks.length).toBeGreaterThanOrEqual(2);
        expect(axis.ticks.length).toBeLessThanOrEqual(14);
      }),
    );
  });

  test('numbers are short', () => {
    expect([0.1, 20, 1_000, 12_500, 8e6].map(short)).toEqual(['0.1', '20', '1 k', '12.5 k', '8 M']);
  });
});

test('a plot names its series, and is XML whatever they are called', () => {
  const svg = lineChart({
    title: 'a < b',
    x: { label: 'viewers' },
    y: { label: 'ms', scale: 'linear' },
    series: [{ name: 'Tom & Jerry', colour: 0, points: [{ x: 1, y: 5, low: 4, high: 9 }] }],
  });
  expect(svg).toContain('<title>a &lt; b</title>');
  expect(svg).toContain('Tom &amp; Jerry');
  expect(svg).not.toMatch(/NaN|Infinity/);
});
