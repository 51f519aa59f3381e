import { expect, it } from 'vitest';
import { compact, jsonLine } from './json-line.js';

it('reads a JSON object as what it says and its other fields', () => {
  const line = jsonLine('{"level":30,"time":1,"msg":"ready","port":8080,"a":{"b":[1]}}');
  expect(line?.message).toBe('ready');
  expect(line?.fields).toEqual([
    ['port', 8080],
    ['a', { b: [1] }],
  ]);
  expect(line?.all['level']).toBe(30);
});

it.each(['[1]', '{"a":', 'text {"a":1}', '', `{"a":"${'x'.repeat(70_000)}"}`])('%.20s is shown as text', (text) => {
  expect(jsonLine(text)).toBeUndefined();
});

it('prints values on one line', () => {
  expect([
    compact('plain'),
    compact('two words'),
    compact(''),
    compact('a\nb'),
    compact(null),
    compact([1, 'a']),
  ]).toEqual(['plain', '"two words"', '""', '"a\\nb"', 'null', '[1,"a"]']);
});
