import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { canarySpec } from '../../apps/canary/src/config/canary-config.js';
import { gatewaySpec } from '../../apps/gateway/src/config/gateway-config.js';
import { tailerSpec } from '../../apps/tailer/src/config/tailer-config.js';
import { configurationDocument } from './configuration-document.ts';

const text = configurationDocument(gatewaySpec, tailerSpec, canarySpec);

it('docs/configuration.md is what the schemas say (else: npm run docs)', () => {
  expect(readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8')).toBe(text);
});

it('names every option of either process, in the chapter of that process', () => {
  const [gateway = '', tailer = '', canary = ''] = text.split(/^## The (?:tailer|canary)$/m);
  for (const [{ schema }, chapter] of [
    [gatewaySpec, gateway],
    [tailerSpec, tailer],
    [canarySpec, canary],
  ] as const) {
    for (const key of Object.keys(schema.shape)) {
      const name = key.replace(/[A-Z]/g, '_$&').toUpperCase();
      expect(chapter).toContain(`\`${name}\``);
    }
  }
});
