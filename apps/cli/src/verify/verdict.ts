import type { ChannelName } from '@tailgate/protocol';
import type { ChannelLines } from './channel-lines.js';
import type { FileComparison } from './file-comparison.js';

/** What is said in the end, and whether the channel has what the files have. */
export interface Verdict {
  readonly isSame: boolean;
  readonly sentences: readonly string[];
}

/** So much of a line is shown: characters. */
const SHOWN = 120;

/** Nothing is known of a channel without lines; there is at least one. */
export function verdictOf(
  channel: ChannelName,
  { lines, notices, mismatches }: ChannelLines,
  found: FileComparison,
): Verdict {
  const isSame = found.matched === lines.length && mismatches.length === 0;
  const sentences = mismatches.map(
    ({ after, to }) => `differs from its own running hash: records after ${after}, up to ${to}`,
  );
  sentences.push(found.matched === lines.length ? same(lines, found) : differs(lines, found));
  if (found.hashed !== undefined) {
    sentences.push(
      `its running hash is that of the files' lines 1 to ${found.hashed}, also of those that it has no more`,
    );
  }
  if (notices > 0)
    sentences.push(`${count(notices, 'notice')} of it ${notices === 1 ? 'is' : 'are'} in no file, and not compared`);
  return { isSame, sentences: sentences.map((sentence) => `${channel}: ${sentence}.`) };
}

function same(lines: ChannelLines['lines'], { end }: FileComparison): string {
  const [from, to] = [lines[0]?.position ?? '', lines.at(-1)?.position ?? ''];
  return `verified ${count(lines.length, 'line')}, from ${from} to ${to}: the files' ${span(end - lines.length + 1, end)}`;
}

function differs(lines: ChannelLines['lines'], { matched, end, instead }: FileComparison): string {
  const next = lines[matched];
  if (!next) throw new RangeError('there is no line that differs');
  const has = `${next.position} has ${shown(next.text)}`;
  if (matched === 0) return `differs: its first line, ${has}, is in none of the files`;
  const before = `${count(matched, 'line')} from ${lines[0]?.position ?? ''} on ${matched === 1 ? 'is' : 'are'} the files' ${span(end - matched + 1, end)}`;
  if (instead)
    return `differs: ${before}, then ${has}, where line ${instead.number} of the files is ${shown(instead.text)}`;
  return `differs: ${before}, where they end; ${has}. Are there newer files?`;
}

function span(first: number, last: number): string {
  return first === last ? `line ${first}` : `lines ${first} to ${last}`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

function shown(text: string): string {
  return JSON.stringify(text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text);
}
