import { z } from 'zod';
import { ending, header, type Sample, type SoakRecord } from './sample.ts';

/** What grows by no more than this in an hour is level: the rest is noise of garbage collection and of the machine. */
const HOURLY_LIMITS = {
  heapBytes: 8 * 2 ** 20,
  externalBytes: 4 * 2 ** 20,
  residentBytes: 16 * 2 ** 20,
  usedBytes: 4 * 2 ** 20,
  handles: 6,
  connections: 6,
  p50Ms: 5,
  p99Ms: 50,
  loopP99Seconds: 0.05,
} as const;

/** Shorter than this, slopes say nothing: seconds. */
const JUDGED_SECONDS = 15 * 60;

export type Measure = keyof typeof HOURLY_LIMITS;

const MEASURES = Object.keys(HOURLY_LIMITS) as Measure[];

const course = z.object({
  process: z.string(),
  measure: z.enum(MEASURES),
  low: z.number(),
  median: z.number(),
  high: z.number(),
  /** What it grows by in an hour: the median of the slopes between any two samples (Theil and Sen), which single peaks do not move. */
  hourly: z.number(),
  /** Left out where the time was too short to say. */
  isLevel: z.boolean().exactOptional(),
});

/** How one measure of one process went after the first quarter, in which caches and history fill. */
export type Course = z.output<typeof course>;

/** What came of a run. */
export const soakResult = z.object({ header, ending: ending.exactOptional(), courses: z.array(course) });

export type SoakResult = z.output<typeof soakResult>;

export function resultOf({ header, samples, ending }: SoakRecord): SoakResult {
  return { header, courses: coursesOf({ samples }), ...(ending && { ending }) };
}

/** Of everything that is to be level. */
export function coursesOf({ samples }: Pick<SoakRecord, 'samples'>): Course[] {
  const later = samples.filter(({ at }) => at >= (samples.at(-1)?.at ?? 0) / 4);
  const processes = [...new Set(later.flatMap(({ of }) => Object.keys(of)))];
  return processes.flatMap((process) => MEASURES.flatMap((measure) => courseOf(later, process, measure) ?? []));
}

function courseOf(samples: readonly Sample[], process: string, measure: Measure): Course | undefined {
  const points = samples.flatMap(({ at, of }) => {
    const value = of[process]?.[measure];
    return value === undefined ? [] : [{ at, value }];
  });
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const values = points.map(({ value }) => value);
  const hourly = slopeOf(points) * 3_600;
  return {
    process,
    measure,
    low: Math.min(...values),
    median: median(values),
    high: Math.max(...values),
    hourly,
    ...(last.at - first.at >= JUDGED_SECONDS && { isLevel: hourly <= HOURLY_LIMITS[measure] }),
  };
}

/** A second. */
function slopeOf(points: readonly { readonly at: number; readonly value: number }[]): number {
  const slopes = points.flatMap((to, index) =>
    points.slice(0, index).map((from) => (to.value - from.value) / (to.at - from.at)),
  );
  return slopes.length === 0 ? 0 : median(slopes);
}

export function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const half = Math.floor(sorted.length / 2);
  const [low = NaN, high = NaN] = [sorted[sorted.length % 2 === 0 ? half - 1 : half], sorted[half]];
  return (low + high) / 2;
}
