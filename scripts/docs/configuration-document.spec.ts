import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { configurationDocument } from './configuration-document.js';

it('docs/configuration.md is what the schema says (else: npm run docs)', () => {
  const path = new URL('../../../../docs/configuration.md', import.meta.url);
  expect(readFileSync(path, 'utf8')).toBe(configurationDocument());
});
