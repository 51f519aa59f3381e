/** One thing wrong with the configuration, told to the person who wrote it. */
export interface ConfigProblem {
  /** As it was written: `PORT` or `--port`. */
  readonly name: string;
  /** The text that was given; absent where there was none, or where it may be a secret. */
  readonly value?: string;
  /** What is wrong and what is allowed, as the end of a sentence. */
  readonly message: string;
}

/** A line for each problem, all of them at once. */
export function describeProblems(problems: readonly ConfigProblem[]): string {
  const count = problems.length === 1 ? 'a setting is wrong' : `${problems.length} settings are wrong`;
  const lines = problems.map(({ name, value, message }) => {
    const given =
      value === undefined ? name : name.startsWith('--') ? `${name} ${quote(value)}` : `${name}=${quote(value)}`;
    return `  ${given}: ${message}\n`;
  });
  return `Tailgate can't start: ${count}.\n${lines.join('')}`;
}

/** Control characters escaped, so that a value can't play with the terminal; long ones cut. */
function quote(value: string): string {
  const text = JSON.stringify(value.length > 200 ? `${value.slice(0, 200)}…` : value);
  return /^"[\w./:;=,*{}@+%-]*"$/.test(text) ? text.slice(1, -1) : text;
}
