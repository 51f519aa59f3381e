import { readFileSync } from 'node:fs';
import { ERRORS } from '@tailgate/protocol';
import { expect, it } from 'vitest';
import { errorsDocument } from './errors-document.ts';

it('docs/errors.md is what the catalogue says (else: npm run docs)', () => {
  const path = new URL('../../docs/errors.md', import.meta.url);
  const text = readFileSync(path, 'utf8');
  expect(text).toBe(errorsDocument());
  const told = [...text.matchAll(/^## `(\w+)`\n\n\*\*(\d+)\*\* (.+)$/gm)].map(([, code, status, title]) => [
    code,
    status,
    title,
  ]);
  expect(told.toSorted()).toEqual(
    Object.entries(ERRORS)
      .map(([code, { status, title }]) => [code, String(status), title])
      .toSorted(),
  );
});
