import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

// Every rule of .dependency-cruiser.mjs against a small house that breaks it: a pattern that matches nothing keeps no rule.

const bin = resolve('node_modules/.bin/depcruise');
const config = resolve('.dependency-cruiser.mjs');

/** Rule, the file that breaks it, and how. */
const violations = [
  ['libs-protocol-imports', 'libs/protocol/src/a.ts', "export * from '@tailgate/broker';"],
  ['libs-broker-imports', 'libs/broker/src/a.ts', "export * from '@tailgate/tailing';"],
  ['libs-tailing-imports', 'libs/tailing/src/a.ts', "export type * from '@tailgate/runtime';"],
  ['libs-runtime-imports', 'libs/runtime/src/a.ts', "export * from '@tailgate/protocol';"],
  ['libs-client-imports', 'libs/client/src/a.ts', "export * from '@tailgate/broker';"],
  ['apps-gateway-imports', 'apps/gateway/src/a.ts', "export * from '@tailgate/client';"],
  ['apps-gateway-imports', 'apps/gateway/src/b.ts', "export * from '../../tailer/src/main.js';"],
  ['apps-tailer-imports', 'apps/tailer/src/a.ts', "export * from '../../gateway/src/main.js';"],
  ['apps-web-imports', 'apps/web/src/a.ts', "export * from '@tailgate/broker';"],
  ['apps-cli-imports', 'apps/cli/src/a.ts', "export * from '@tailgate/runtime';"],
  ['by-name', 'libs/tailing/src/b.ts', "export * from '../../broker/src/index.js';"],
  ['protocol-only-zod', 'libs/protocol/src/b.ts', "export * from 'rxjs';"],
  ['protocol-only-zod', 'libs/protocol/src/c.ts', "export * from 'node:fs';"],
  ['protocol-light-entry', 'libs/protocol/src/index.ts', "export * from './schemas.js';"],
  ['client-isomorphic', 'libs/client/src/b.ts', "export * from 'node:fs';"],
  ['client-light', 'libs/client/src/c.ts', "export * from 'rxjs';"],
  ['client-light', 'libs/client/src/d.ts', "export * from '@tailgate/protocol/schemas';"],
  ['libs-without-nest', 'libs/tailing/src/c.ts', "export type * from '@nestjs/common';"],
  ['libs-without-nest', 'libs/broker/src/b.ts', "export * from '@nestjs/common';"],
  ['pure-cores', 'apps/gateway/src/feed/a.ts', "export * from '@nestjs/common';"],
  ['pure-cores', 'apps/gateway/src/session/a.ts', "export type * from 'fastify';"],
  ['pure-cores', 'apps/gateway/src/session/b.ts', "export * from 'node:http';"],
  ['no-test-code', 'libs/broker/src/c.ts', "export * from 'vitest';"],
  ['no-test-code', 'libs/broker/src/d.ts', "export * from './free.spec.js';"],
  ['no-test-code', 'apps/gateway/src/c.ts', "export * from '@tailgate/broker/contract';"],
  ['no-cycle', 'libs/broker/src/e.ts', "export * from './e.js';"],
  ['no-orphan', 'libs/broker/src/f.ts', 'export const alone = 1;'],
  ['no-unresolvable', 'libs/broker/src/g.ts', "export * from './nowhere.js';"],
] as const;

/** Imports that no rule may mind. */
const allowed = [
  ['libs/protocol/src/schemas.ts', "export * from 'zod';"],
  ['libs/protocol/src/free.spec.ts', "import 'vitest'; import '@tailgate/tailing'; import 'node:fs';"],
  ['libs/broker/src/index.ts', "export * from '@tailgate/protocol';"],
  ['libs/broker/src/free.spec.ts', "import 'vitest';"],
  ['libs/broker/src/contract/suite.ts', "import 'vitest'; import 'fast-check';"],
  ['libs/tailing/src/index.ts', "export * from '@tailgate/broker'; export * from 'node:fs';"],
  ['libs/tailing/src/tailing.module.ts', "export * from '@nestjs/common'; export * from './index.js';"],
  ['libs/runtime/src/index.ts', "export * from '@nestjs/common';"],
  ['libs/client/src/index.ts', "export * from '@tailgate/protocol';"],
  [
    'apps/gateway/src/main.ts',
    "import '@tailgate/tailing'; import '@tailgate/runtime'; import 'fastify'; import 'node:http';",
  ],
  ['apps/tailer/src/main.ts', "import '@tailgate/tailing'; import '@tailgate/runtime'; import '@tailgate/broker';"],
  ['apps/web/src/main.ts', "import '@tailgate/client';"],
  ['apps/cli/src/main.ts', "import '@tailgate/client'; import '@tailgate/protocol'; import 'node:fs';"],
] as const;

let house: string;
let output: string;

function write(path: string, content: string): void {
  mkdirSync(dirname(join(house, path)), { recursive: true });
  writeFileSync(join(house, path), content);
}

beforeAll(() => {
  house = mkdtempSync(join(tmpdir(), 'tailgate-house-'));
  for (const name of ['zod', 'rxjs', 'fastify', 'vitest', 'fast-check', '@nestjs/common']) {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, main: 'dist/index.js' }));
    write(`node_modules/${name}/dist/index.js`, '');
  }
  mkdirSync(join(house, 'node_modules/@tailgate'));
  for (const name of ['protocol', 'broker', 'tailing', 'runtime', 'client']) {
    const exports = {
      '.': { 'tailgate-source': './src/index.ts', default: './dist/index.js' },
      './schemas': { 'tailgate-source': './src/schemas.ts' },
      './contract': { 'tailgate-source': './src/contract/suite.ts' },
    };
    write(`libs/${name}/package.json`, JSON.stringify({ name: `@tailgate/${name}`, exports }));
    symlinkSync(`../../libs/${name}`, join(house, 'node_modules/@tailgate', name));
  }
  for (const [path, content] of allowed) write(path, content);
  for (const [, path, content] of violations) write(path, content);
  const args = ['--config', config, 'apps', 'libs'];
  output = spawnSync(process.execPath, [bin, ...args], { cwd: house, encoding: 'utf8' }).stdout;
});

afterAll(() => {
  rmSync(house, { recursive: true });
});

it.each(violations)('%s bites in %s: %s', (rule, path) => {
  expect(output).toContain(`error ${rule}: ${path}`);
});

it.each(allowed)('nothing is said of %s: %s', (path) => {
  expect(output.split('\n').filter((line) => line.includes(`: ${path}`))).toEqual([]);
});
