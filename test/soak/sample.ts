import { z } from 'zod';

export const header = z.object({
  /** RFC 3339. */
  begun: z.iso.datetime(),
  machine: z.string(),
  /** The commit that ran; left out where nobody knows. */
  commit: z.string().exactOptional(),
  minutes: z.number(),
  files: z.number(),
  rate: z.number(),
  viewers: z.number(),
});

const sample = z.object({
  /** Seconds since lines are written. */
  at: z.number(),
  /** By the name of the process (`viewers`: what they saw in this interval), and by what was measured. */
  of: z.record(z.string(), z.record(z.string(), z.number())),
});

export const ending = z.object({
  /** Empty where every viewer was given every line once. */
  problems: z.array(z.string()),
  written: z.number(),
  delivered: z.number(),
  connections: z.number(),
  rotations: z.number(),
  /** Seconds since lines are written. */
  ended: z.number(),
});

export type Header = z.output<typeof header>;
export type Sample = z.output<typeof sample>;
export type Ending = z.output<typeof ending>;

/** A soak as its file has it. Without an ending it goes on, or was killed. */
export interface SoakRecord {
  readonly header: Header;
  readonly samples: readonly Sample[];
  readonly ending: Ending | undefined;
}

/** Reads what `npm run soak` has written: the header, samples, the ending; each a line of JSON. */
export function parseSoak(text: string): SoakRecord {
  const [first, ...others] = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line));
  const last = ending.safeParse(others.at(-1));
  return {
    header: header.parse(first),
    samples: z.array(sample).parse(last.success ? others.slice(0, -1) : others),
    ending: last.data,
  };
}
