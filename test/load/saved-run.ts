import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Result } from './result.ts';

/** Where the figures of full runs are kept, a file a benchmark, and the plots that are made of them. */
export const FOLDER = fileURLToPath(new URL('../../docs/performance/', import.meta.url));

const sample = z.object({
  series: z.string(),
  at: z.record(z.string(), z.number()),
  rounds: z.array(z.record(z.string(), z.number())),
});

const result = z.object({
  what: z.string(),
  measured: z.string(),
  goal: z.object({ text: z.string(), isMet: z.boolean() }).exactOptional(),
  sample: sample.exactOptional(),
});

const schema = z.object({
  benchmark: z.string(),
  /** The day. */
  date: z.iso.date(),
  machine: z.string(),
  programs: z.string(),
  /** Load averages of a minute, before and after. */
  load: z.tuple([z.number(), z.number()]),
  results: z.array(result),
});

/** A benchmark's full run, as it was kept. */
export type SavedRun = Omit<z.infer<typeof schema>, 'results'> & { readonly results: readonly Result[] };

/** Replaces what was kept of the same benchmark. */
export function saveRun(run: SavedRun): void {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(`${FOLDER}${run.benchmark}.json`, `${JSON.stringify(run, undefined, 1)}\n`);
}

/** All that are kept. */
export function savedRuns(): SavedRun[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => schema.parse(JSON.parse(readFileSync(FOLDER + name, 'utf8'))));
}
