import { parseArgs } from 'node:util';

export interface SoakOptions {
  /** How long lines are written. */
  readonly minutes: number;
  /** How many files there are, each a channel. */
  readonly files: number;
  /** Lines a second, of all files together. */
  readonly rate: number;
  /** Half of them over event streams, half over WebSockets. */
  readonly viewers: number;
  /** The time between two samples. */
  readonly everySeconds: number;
  /** Where the samples go: JSON, one a line. */
  readonly out: string;
}

/** Where samples go unless told. */
export const SAMPLES = 'test-results/soak.jsonl';

const NUMBERS = {
  minutes: { byDefault: 120, least: 0.1, most: 10_000 },
  files: { byDefault: 15, least: 1, most: 1_000 },
  rate: { byDefault: 500, least: 10, most: 10_000 },
  viewers: { byDefault: 150, least: 2, most: 5_000 },
  every: { byDefault: 10, least: 1, most: 600 },
} as const;

/** What the command line asks for; a sentence where it can't be done. */
export function parseSoakArguments(args: readonly string[]): SoakOptions | string {
  try {
    const text = { type: 'string' } as const;
    const { values } = parseArgs({
      args: [...args],
      options: { minutes: text, files: text, rate: text, viewers: text, every: text, out: text },
    });
    const read = (name: keyof typeof NUMBERS): number => numberOf(name, values[name]);
    return {
      minutes: read('minutes'),
      files: read('files'),
      rate: read('rate'),
      viewers: read('viewers'),
      everySeconds: read('every'),
      out: values.out ?? SAMPLES,
    };
  } catch (error) {
    // What parseArgs finds wrong, it says in a sentence.
    return error instanceof Error ? error.message : String(error);
  }
}

function numberOf(name: keyof typeof NUMBERS, given: string | undefined): number {
  const { byDefault, least, most } = NUMBERS[name];
  const number = given === undefined ? byDefault : Number(given);
  if (given?.trim() === '' || !(number >= least && number <= most))
    throw new Error(`--${name} is ${String(given)}; allowed are ${least} to ${most}`);
  return number;
}
