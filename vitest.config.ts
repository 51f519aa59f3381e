import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

// Tests import the workspace's packages from their sources; processes that a test starts run what `npm run build` made.
const source = 'tailgate-source';
// Vite's own conditions for server code, which naming any replaces.
const conditions = [source, 'module', 'node', 'development|production'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: [source, 'node', 'module-sync'] } },
  // What `experimentalDecorators` is to tsc: Nest's decorators, also those of parameters.
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: false } },
  test: {
    include: ['{libs,apps}/*/src/**/*.spec.{ts,tsx}', 'scripts/**/*.spec.ts', 'test/**/*.spec.ts'],
    globalSetup: 'test/support/run-folder.ts',
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Many of them start processes of their own, a cluster of Redis among them: more at a time would be slower, not faster.
    maxWorkers: Math.max(2, availableParallelism() - 1),
  },
});
