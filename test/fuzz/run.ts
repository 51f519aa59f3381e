// `npm run fuzz`: runs long-run.ts, in which is what it does, from the packages' sources, as tests are.

import { createServer } from 'vite';

const server = await createServer({ configFile: 'vitest.config.ts', server: { middlewareMode: true, ws: false } });
try {
  await server.ssrLoadModule('/test/fuzz/long-run.ts');
} finally {
  await server.close();
}
