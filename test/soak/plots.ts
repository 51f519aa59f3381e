import { lineChart, type Point, type Series } from '../load/report/line-chart.ts';
import type { Sample } from './sample.ts';
import { median } from './summary.ts';

/** Places across each plot: what falls into one is shown as its median, with a bar from the lowest to the highest. */
const PLACES = 60;

const PROCESSES = ['tailer 1', 'tailer 2', 'gateway 1', 'gateway 2'];
const MIB = 2 ** 20;

/** What one line of a plot shows: a measure of a process, so many of which are one on the plot. */
interface Line {
  readonly name: string;
  readonly process: string;
  readonly measure: string;
  readonly per?: number;
}

interface Plot {
  /** Its name. */
  readonly file: string;
  /** What it shows. */
  readonly title: string;
  readonly label: string;
  readonly scale?: 'log' | 'linear';
  readonly lines: readonly Line[];
}

export const SOAK_PLOTS: readonly Plot[] = [
  {
    file: 'soak-heap.svg',
    title: 'Heap used, and what Redis holds',
    label: 'MiB',
    lines: [
      ...ofEach(PROCESSES, 'heapBytes', MIB),
      { name: 'redis', process: 'redis', measure: 'usedBytes', per: MIB },
    ],
  },
  {
    file: 'soak-resident.svg',
    title: 'Resident memory',
    label: 'MiB',
    lines: ofEach([...PROCESSES, 'redis'], 'residentBytes', MIB),
  },
  { file: 'soak-handles.svg', title: 'Open descriptors', label: 'descriptors', lines: ofEach(PROCESSES, 'handles') },
  {
    file: 'soak-latency.svg',
    title: 'From the writer to the viewer',
    label: 'milliseconds; load: processes',
    scale: 'log',
    lines: [
      { name: 'p50', process: 'viewers', measure: 'p50Ms' },
      { name: 'p99', process: 'viewers', measure: 'p99Ms' },
      { name: 'load of the whole machine', process: 'machine', measure: 'load' },
    ],
  },
];

/** A plot of what each process took while the soak went on, as SVG. */
export function drawSoak({ title, label, scale = 'linear', lines }: Plot, samples: readonly Sample[]): string {
  return lineChart({
    title,
    x: { label: 'minutes', scale: 'linear' },
    y: { label, scale },
    series: lines.map((line, colour): Series => ({ name: line.name, colour, points: pointsOf(samples, line) })),
  });
}

function ofEach(processes: readonly string[], measure: string, per = 1): Line[] {
  return processes.map((process) => ({ name: process, process, measure, per }));
}

function pointsOf(samples: readonly Sample[], { process, measure, per = 1 }: Line): Point[] {
  const width = (samples.at(-1)?.at ?? 0) / PLACES;
  const places = Map.groupBy(samples, ({ at }) => Math.ceil(at / width));
  return [...places].flatMap(([place, some]) => {
    // A logarithmic axis has no place for nothing.
    const values = some.map(({ of }) => (of[process]?.[measure] ?? 0) / per).filter((value) => value > 0);
    if (values.length === 0) return [];
    return [
      { x: ((place - 0.5) * width) / 60, y: median(values), low: Math.min(...values), high: Math.max(...values) },
    ];
  });
}
