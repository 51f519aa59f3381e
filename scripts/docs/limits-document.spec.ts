import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { LIMIT_NAMES, LIMIT_ROWS } from '../../apps/gateway/src/limits/limit-table.js';
import { limitsDocument } from './limits-document.ts';

it('docs/limits.md is what the table says (else: npm run docs)', () => {
  expect(readFileSync(new URL('../../docs/limits.md', import.meta.url), 'utf8')).toBe(limitsDocument(LIMIT_ROWS));
});

it('every limit whose refusals are counted is in the table', () => {
  expect([...LIMIT_NAMES].filter((name) => !LIMIT_ROWS.some((row) => row.name === name))).toEqual([]);
});
