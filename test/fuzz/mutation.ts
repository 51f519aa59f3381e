import fc from 'fast-check';

/** What grammars have use for, and what has broken parsers before. */
const WORDS = [
  ...'\0\t\n\r "\'%&+,-./:;=?@[\\]{}|()*^$<>#~'.split(/(?:)/),
  ...['\r\n', '0', '-1', '1e3', '0x10', '01', '9007199254740991', '9007199254740992', '1'.repeat(400), 'NaN'],
  ...['null', 'true', '[]', '{}', '{"', '"__proto__"', 'constructor', '\\u0000', '\\ud800', '%00', '%ff', '%', '..'],
  ...['\ud800', '\ufeff', '\u2028', '\xff', '\xc3', '\xe2\x82', '\x80', '💥', 'é', '\x1b[31m', '\x7f'],
  ...['(?i)', '(a{1000}){1000}', '[[:alpha:]]', '\\pL', '.*', 'a|', '15m', '2026-01-01T00:00:00Z', 'host/*', 'host/h5'],
];

interface Edit {
  readonly at: number;
  readonly drop: number;
  readonly put: string;
}

const put = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...WORDS) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }) },
  { weight: 2, arbitrary: fc.constant('') },
);
const edit: fc.Arbitrary<Edit> = fc.record({ at: fc.nat(100_000), drop: fc.nat(6), put });

/** An input of the corpus with a few pieces cut out, put in or replaced, or two of them put together. */
export function mutationOf(corpus: readonly string[]): fc.Arbitrary<string> {
  const one = fc.constantFrom(...corpus);
  const begun = fc.oneof(
    { weight: 4, arbitrary: one },
    { weight: 1, arbitrary: fc.tuple(one, fc.nat(1_000), one).map(([a, cut, b]) => a.slice(0, cut) + b.slice(cut)) },
  );
  return fc.tuple(begun, fc.array(edit, { maxLength: 4 })).map(([text, edits]) => edits.reduce(apply, text));
}

function apply(text: string, { at, drop, put: piece }: Edit): string {
  const start = at % (text.length + 1);
  return text.slice(0, start) + piece + text.slice(start + drop);
}
