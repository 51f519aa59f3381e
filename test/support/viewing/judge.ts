import type { Judgement } from './judgement.ts';

/** What a viewer was given, beside what the files say: nothing, or what is wrong. */
export function compareLines(judgement: Judgement, written: readonly string[]): readonly string[] {
  const { channel, lines } = judgement;
  const problems = [...judgement.problems];
  const at = lines.findIndex((line, index) => line !== written[index]);
  const end = at < 0 ? Math.min(lines.length, written.length) : at;
  if (lines.length !== written.length || at >= 0) {
    const missing = countMissing(written, lines);
    const unexpected = countMissing(lines, written);
    problems.push(
      `${channel}: ${lines.length} of ${written.length} lines; ${missing} missing, ${unexpected} too many; ` +
        `line ${end + 1} is ${excerpt(lines[end])} instead of ${excerpt(written[end])}`,
    );
  }
  return problems;
}

/** No position names two records, nor two running hashes, whoever was given it. Where hashes stand depends on how records came. */
export function compareNames(judgements: readonly Judgement[]): readonly string[] {
  const problems: string[] = [];
  const named = new Map<string, string>();
  for (const { channel, named: given } of judgements) {
    for (const [place, data] of given) {
      const { record, hash } = parted(data);
      for (const [what, said] of [
        ['', record],
        [' hash', hash],
      ] as const) {
        if (said === undefined) continue;
        const key = `${channel} ${place}${what}`;
        const other = named.get(key);
        if (other !== undefined && other !== said) problems.push(`${key} is ${excerpt(said)}, and ${excerpt(other)}`);
        named.set(key, said);
      }
    }
  }
  return problems;
}

/** Viewers of one channel have the same lines in the end: what one of them has was there for all of them, whatever was announced. */
export function compareStanding(judgements: readonly Judgement[]): readonly string[] {
  const channels = Map.groupBy(judgements, ({ channel }) => channel);
  return [...channels].flatMap(([channel, [first, ...others]]) => {
    const lines = first?.lines ?? [];
    return others.flatMap((other) => {
      const { lines: theirs } = other;
      const at = Array.from({ length: Math.max(lines.length, theirs.length) }).findIndex(
        (_, index) => lines[index] !== theirs[index],
      );
      if (at < 0) return [];
      return [
        `${channel}: line ${at + 1} is ${excerpt(lines[at])} to one viewer, and ${excerpt(theirs[at])} to another`,
      ];
    });
  });
}

/** A record's JSON, and the running hash that a gateway may have written at its end. */
function parted(data: string): { readonly record: string; readonly hash: string | undefined } {
  const [end, hash] = /,"hash":"([^"]*)"\}$/.exec(data) ?? [];
  return { record: end === undefined ? data : `${data.slice(0, -end.length)}}`, hash };
}

/** How many of `lines`, each as often as it is there, are not in `others`. */
function countMissing(lines: readonly string[], others: readonly string[]): number {
  const left = new Map<string, number>();
  for (const line of others) left.set(line, (left.get(line) ?? 0) + 1);
  let missing = 0;
  for (const line of lines) {
    const count = left.get(line) ?? 0;
    if (count === 0) missing += 1;
    else left.set(line, count - 1);
  }
  return missing;
}

function excerpt(line: string | undefined): string {
  return line === undefined ? 'nothing' : JSON.stringify(line.slice(0, 60));
}
