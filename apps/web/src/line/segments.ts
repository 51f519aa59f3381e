import type { Highlight } from '../reading/highlight-patterns.js';
import type { Matcher } from '../reading/matcher.js';
import { styledSpans, type Span } from './ansi.js';

/** A run of text that looks the same all along. */
export interface Segment {
  readonly style: Span;
  readonly text: string;
  /** It is what was searched for. */
  readonly isFound: boolean;
  /** The colour of the first pattern that it is a part of. */
  readonly highlight: number | undefined;
}

/** What is to be marked in lines. */
export interface Marks {
  readonly search: Matcher | undefined;
  readonly highlights: readonly Highlight[];
}

/** In a line's paint: what was searched for. The other bits are the highlight's colour and one. */
const FOUND = 0x80;

/** A line in runs: its text without sequences, complete and in order. */
export function segmentsOf(line: string, marks: Marks): readonly Segment[] {
  const spans = styledSpans(line);
  if (!marks.search && marks.highlights.length === 0) return spans.map((style) => segment(style, style.text, 0));
  const paint = paintOf(spans.map(({ text }) => text).join(''), marks);
  const segments: Segment[] = [];
  let begin = 0;
  for (const style of spans) {
    for (const [from, to] of runs(paint, begin, begin + style.text.length)) {
      segments.push(segment(style, style.text.slice(from - begin, to - begin), paint[from] ?? 0));
    }
    begin += style.text.length;
  }
  return segments;
}

/** What each character is marked with. The first pattern wins. */
function paintOf(text: string, { search, highlights }: Marks): Uint8Array {
  const paint = new Uint8Array(text.length);
  for (const { matcher, colour } of highlights.toReversed()) {
    for (const [from, to] of matcher.ranges(text)) paint.fill(colour + 1, from, to);
  }
  for (const [from, to] of search?.ranges(text) ?? []) {
    for (let at = from; at < to; at += 1) paint[at] = (paint[at] ?? 0) | FOUND;
  }
  return paint;
}

function* runs(paint: Uint8Array, begin: number, end: number): Generator<readonly [from: number, to: number]> {
  for (let from = begin; from < end;) {
    let to = from + 1;
    while (to < end && paint[to] === paint[from]) to += 1;
    yield [from, to];
    from = to;
  }
}

function segment(style: Span, text: string, paint: number): Segment {
  const colour = (paint & ~FOUND) - 1;
  return { style, text, isFound: (paint & FOUND) !== 0, highlight: colour < 0 ? undefined : colour };
}
