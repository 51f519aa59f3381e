import type { Sample } from '../result.ts';
import type { SavedRun } from '../saved-run.ts';
import { Spread } from '../spread.ts';
import { lineChart, type Point, type Series } from './line-chart.ts';

/** A plot of what was kept: its file's name, what it shows, and the SVG. */
export interface Plot {
  readonly file: string;
  readonly title: string;
  readonly svg: string;
}

/** Those of the fan-out: what was delivered, and how long it took. Nothing where no run is kept. */
export function fanOutPlots(runs: readonly SavedRun[]): Plot[] {
  const run = runs.find(({ benchmark }) => benchmark === 'fan-out');
  const samples = run?.results.flatMap((result) => result.sample ?? []) ?? [];
  if (samples.length === 0) return [];
  const names = [...new Set(samples.map(({ series }) => series))];
  const rate = ({ at }: Sample): number => at['rate'] ?? 0;
  const inTime = samples.filter(keptUp);
  const plots = [
    plot('delivered', 'Delivered to 1,000 viewers', keep(samples, 'viewers', 1_000), names, {
      x: { label: 'lines written a second', of: rate },
      y: { label: 'lines delivered a second', of: 'delivered' },
    }),
    plot('p99-by-rate', 'p99 at 1,000 viewers', keep(inTime, 'viewers', 1_000), names, {
      x: { label: 'lines written a second', of: rate },
      y: { label: 'milliseconds from the writer to the viewer', of: 'p99Ms' },
    }),
    plot('p99-by-viewers', 'p99 at 100 lines a second', keep(inTime, 'rate', 100), names, {
      x: { label: 'viewers', of: ({ at }) => at['viewers'] ?? 0 },
      y: { label: 'milliseconds from the writer to the viewer', of: 'p99Ms' },
    }),
  ];
  return plots.flatMap((each) => each ?? []);
}

interface Axes {
  readonly x: { readonly label: string; readonly of: (sample: Sample) => number };
  /** `of`: which number of each round. */
  readonly y: { readonly label: string; readonly of: string };
}

/** A plot of these samples, a line a series; the order of `names` gives them their colours. Nothing where there are none. */
function plot(
  file: string,
  title: string,
  samples: readonly Sample[],
  names: readonly string[],
  { x, y }: Axes,
): Plot | undefined {
  if (samples.length === 0) return undefined;
  const series = new Map<string, Point[]>();
  for (const sample of samples) {
    const rounds = new Spread(sample.rounds.map((round) => round[y.of] ?? NaN));
    const point = { x: x.of(sample), y: rounds.median, low: rounds.low, high: rounds.high };
    series.set(sample.series, [...(series.get(sample.series) ?? []), point]);
  }
  const lines: Series[] = [...series].map(([name, points]) => ({ name, points, colour: names.indexOf(name) }));
  return { file: `${file}.svg`, title, svg: lineChart({ title, x, y, series: lines }) };
}

/** Whether viewers got what was written. Where they did not, its time says only how long the writer waits, or for how long it went on. */
function keptUp({ at, rounds }: Sample): boolean {
  const written = (at['viewers'] ?? 0) * (at['rate'] ?? 0);
  return new Spread(rounds.map((round) => round['delivered'] ?? 0)).median >= 0.9 * written;
}

function keep(samples: readonly Sample[], name: string, value: number): Sample[] {
  return samples.filter(({ at }) => at[name] === value);
}
