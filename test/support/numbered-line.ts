const WORDS = 'the quick brown fox jumps over the lazy dog; größer, 日本語, ∀x∈ℝ, "quoted" and back\\slashed '.repeat(
  3,
);

/** Line `number` of a generated log, with its newline: begins with the number, and is as long as that makes it. */
export function numberedLine(number: number): string {
  return `${String(number).padStart(8, '0')} ${WORDS.slice(0, (number * 37) % 160)}\n`;
}

/** The number that a generated line begins with. */
export function numberOf(line: string): number {
  const [, number] = /^(\d{8}) /.exec(line) ?? [];
  if (number === undefined) throw new Error(`not a generated line: ${JSON.stringify(line)}`);
  return Number(number);
}
