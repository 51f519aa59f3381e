import fc from 'fast-check';
import { anyText, HOSTILE } from './arbitraries.js';

const TRICKY: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  2 ** 53,
  -(2 ** 53),
  '',
  '0',
  '0-0',
  '01-1',
  '9007199254740991-1',
  '9007199254740992-1',
  'a/b',
  'a/*',
  'a/..',
  'A/b',
  'a/b\n',
  [],
  [null],
  {},
  { line: 'x', time: 0 },
  ...HOSTILE,
];

const KEYS = [
  'line',
  'notice',
  'time',
  'bytes',
  'channel',
  'id',
  'type',
  'event',
  'data',
  'ids',
  'constructor',
  'toString',
];

const value = fc.oneof(fc.constantFrom(...TRICKY), fc.jsonValue(), anyText);

/** One change somewhere in a message: another value, a field more, a field less. */
interface Change {
  readonly steps: readonly number[];
  readonly value: unknown;
  readonly how: 'set' | 'drop' | 'add';
  readonly key: string;
}

const change: fc.Arbitrary<Change> = fc.record({
  steps: fc.array(fc.nat(20), { maxLength: 4 }),
  value,
  how: fc.constantFrom('set', 'drop', 'add'),
  key: fc.oneof(fc.constantFrom(...KEYS), anyText),
});

/** Texts that are nearly `message` printed, and texts that are nothing like it. */
export function junkOf(message: fc.Arbitrary<unknown>): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 4, arbitrary: fc.tuple(message, fc.array(change, { minLength: 1, maxLength: 2 })).map(changed) },
    { weight: 2, arbitrary: fc.tuple(message, fc.nat(), fc.nat(3), anyText).map(spliced) },
    { weight: 1, arbitrary: fc.json() },
    { weight: 1, arbitrary: anyText },
    { weight: 1, arbitrary: message.map((one) => JSON.stringify(one).replace('{', '{"__proto__":{"time":1},')) },
    {
      weight: 1,
      arbitrary: fc.nat(20_000).map((depth) => '{"type":'.concat('['.repeat(depth), ']'.repeat(depth), '}')),
    },
  );
}

function changed([message, changes]: [unknown, Change[]]): string {
  return JSON.stringify(changes.reduce<unknown>((current, one) => apply(current, one, one.steps), message));
}

function apply(current: unknown, { value: other, how, key }: Change, [step, ...steps]: readonly number[]): unknown {
  if (typeof current !== 'object' || current === null || step === undefined) return other;
  const entries = Object.entries(current);
  const index = step % Math.max(entries.length, 1);
  const next = entries.flatMap(([name, inner], at): [string, unknown][] => {
    if (at !== index) return [[name, inner]];
    if (steps.length > 0) return [[name, apply(inner, { steps, value: other, how, key }, steps)]];
    if (how === 'drop') return [];
    return how === 'set'
      ? [[name, other]]
      : [
          [name, inner],
          [key, other],
        ];
  });
  return Array.isArray(current) ? next.map(([, inner]) => inner) : Object.fromEntries(next);
}

/** Cuts a few characters out and puts others there. */
function spliced([message, at, length, text]: [unknown, number, number, string]): string {
  const printed = JSON.stringify(message);
  const start = at % (printed.length + 1);
  return printed.slice(0, start) + text + printed.slice(start + length);
}
