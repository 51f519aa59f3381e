const LINE_BYTES = 120;
const FILLER = 'the quick brown fox jumps over the lazy dog and "quotes" it; '.repeat(3);

/** What a line of the soak says of itself. */
export interface TimedLine {
  /** From 1 in each file. */
  readonly number: number;
  /** When it was written: microseconds of `microseconds()`. */
  readonly written: number;
}

/** Microseconds since the Unix epoch, by a clock of this process that nobody steps. */
export function microseconds(): number {
  return Math.round((performance.timeOrigin + performance.now()) * 1_000);
}

/** With its newline. */
export function timedLine({ number, written }: TimedLine): string {
  return `${number} ${written} ${FILLER}`.slice(0, LINE_BYTES - 1) + '\n';
}

/** Nothing where it is no line of the soak. */
export function parseTimedLine(line: string): TimedLine | undefined {
  const [, number, written] = /^(\d+) (\d+) /.exec(line) ?? [];
  if (line.length !== LINE_BYTES - 1 || number === undefined || written === undefined) return undefined;
  return { number: Number(number), written: Number(written) };
}
