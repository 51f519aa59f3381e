import { defineConfig } from 'vitest/config';

// Tests import the workspace's packages from their sources; processes that a test starts run what `npm run build` made.
const conditions = ['tailgate-source'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['{libs,apps}/*/src/**/*.spec.ts', 'test/**/*.spec.ts'],
    testTimeout: 30_000,
  },
});
