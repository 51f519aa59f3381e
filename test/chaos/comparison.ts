import type { Judgement } from '../support/viewing/judgement.ts';
import type { WrittenFile } from './written-file.ts';

/** What is wrong with what viewers have seen, and what was announced. */
export const COLUMNS = [
  'lost',
  'repeated',
  'reordered',
  'unannounced',
  'wrongly announced',
  'withdrawn',
  'announced as gone',
] as const;

export type Column = (typeof COLUMNS)[number];

/** Those that must be zero. */
export const FAULTY: readonly Column[] = ['lost', 'repeated', 'reordered', 'unannounced', 'wrongly announced'];

/** Something that counts in a column. */
export interface Finding {
  readonly column: Column;
  /** How many lines, or events. */
  readonly count: number;
  /** When it was written, or when it was seen: milliseconds, as `performance.now()` says. */
  readonly at: number;
  readonly what: string;
}

interface Seen {
  readonly number: number;
  /** The broker had forgotten the channel before it. */
  readonly begins: boolean;
}

/**
 * What a viewer was given in the end, beside what was written. A line may be missing only where it is in no file any more (a file that was
 * deleted or cut) and the viewer was told that something is gone; and where Redis was emptied, which the viewer was told as well.
 *
 * `wasEmptied`: somebody has flushed Redis. A viewer that came after that has no gap before what was read again.
 */
export function compare(judgement: Judgement, file: WrittenFile, wasEmptied: boolean): readonly Finding[] {
  const { lines, findings } = numbersOf(judgement, file);
  const standing = withoutForgotten(lines, wasEmptied);
  return [
    ...findings,
    ...order(standing, file),
    ...missing(standing, judgement, file, wasEmptied),
    ...judgement.withdrawals.map(({ at, lines: count }): Finding => ({
      column: 'withdrawn',
      count,
      at,
      what: `${file.channel}: ${count} lines`,
    })),
    ...judgement.incidents.flatMap(({ at, fault }): readonly Finding[] =>
      // What could not be understood is told as it stands, and counts as no line.
      fault === 'not understood' ? [] : [{ column: fault, count: 1, at, what: judgement.problems[0] ?? file.channel }],
    ),
  ];
}

function numbersOf({ standing }: Judgement, file: WrittenFile) {
  const lines: Seen[] = [];
  const findings: Finding[] = [];
  for (const { text, begins } of standing) {
    const number = file.numberOf(text);
    const isWhole = number !== undefined && file.textOf(number) === text;
    const isCut = number !== undefined && isGone(file, number) && file.textOf(number).startsWith(text);
    if (isWhole || isCut) lines.push({ number, begins });
    else
      findings.push(finding('lost', 1, file, number, `a line that nobody wrote: ${JSON.stringify(text.slice(0, 60))}`));
  }
  return { lines, findings };
}

/** What came before Redis was emptied counts as far as it does not come again. */
function withoutForgotten(lines: readonly Seen[], wasEmptied: boolean): readonly Seen[] {
  let standing: Seen[] = [];
  for (const line of lines) {
    if (line.begins && wasEmptied) standing = standing.filter(({ number }) => number < line.number);
    standing.push(line);
  }
  return standing;
}

/** Each line once, and behind all that have lower numbers. */
function order(lines: readonly Seen[], file: WrittenFile): readonly Finding[] {
  const findings: Finding[] = [];
  const seen = new Set<number>();
  let last = 0;
  for (const { number } of lines) {
    if (seen.has(number)) findings.push(finding('repeated', 1, file, number, `line ${number} again, after ${last}`));
    else if (number < last) findings.push(finding('reordered', 1, file, number, `line ${number} after line ${last}`));
    seen.add(number);
    last = Math.max(last, number);
  }
  return findings;
}

function missing(
  lines: readonly Seen[],
  judgement: Judgement,
  file: WrittenFile,
  wasEmptied: boolean,
): readonly Finding[] {
  const findings: Finding[] = [];
  const there = new Set(lines.map(({ number }) => number));
  const excused = emptied(lines, wasEmptied);
  const wasTold =
    judgement.withdrawn > 0 || [...judgement.counts.keys()].some((name) => name.startsWith('notice file-'));
  for (let number = 1; number <= file.lines; number += 1) {
    if (there.has(number)) continue;
    const gone = wasTold ? file.gone.find(({ from, to }) => from <= number && number <= to) : undefined;
    const column = gone !== undefined || excused(number) ? 'announced as gone' : 'lost';
    const found = finding(column, 1, file, number, `line ${number} is missing`);
    // It went when its file was cut, however long before that it was written.
    findings.push(gone === undefined ? found : { ...found, at: gone.at });
  }
  return findings;
}

/** Which lines may be missing since Redis was emptied: those just before the first that came after it. */
function emptied(lines: readonly Seen[], wasEmptied: boolean): (number: number) => boolean {
  if (!wasEmptied) return () => false;
  const holes = lines.flatMap(({ number, begins }, index) =>
    begins || index === 0 ? [{ after: lines[index - 1]?.number ?? 0, before: number }] : [],
  );
  return (number) => holes.some(({ after, before }) => after < number && number < before);
}

function isGone({ gone }: WrittenFile, number: number): boolean {
  return gone.some(({ from, to }) => from <= number && number <= to);
}

function finding(column: Column, count: number, file: WrittenFile, number: number | undefined, what: string): Finding {
  const at = file.writtenAt[(number ?? 0) - 1] ?? performance.now();
  return { column, count, at, what: `${file.channel}: ${what}` };
}
