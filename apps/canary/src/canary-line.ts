/** A line of the canary's: which run has written it, its number from 1 on, and when: milliseconds since the Unix epoch. */
export interface CanaryLine {
  readonly run: string;
  readonly number: number;
  readonly time: number;
}

export function formatLine({ run, number, time }: CanaryLine): string {
  return `canary ${run} ${number} ${time}`;
}

/** `undefined` for what is no line of a canary. */
export function parseLine(text: string): CanaryLine | undefined {
  const [, run, number, time] = /^canary (\S+) (\d{1,15}) (\d{13})$/.exec(text) ?? [];
  return run === undefined ? undefined : { run, number: Number(number), time: Number(time) };
}
