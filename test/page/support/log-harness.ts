import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { build, preview } from 'vite';
import { TempFolder } from '../../support/temp-folder.ts';

const ROOT = fileURLToPath(new URL('../../../apps/web/src/log/testing/harness', import.meta.url));

/** The log alone, without a gateway behind it, built as the page is. */
export interface LogHarness extends AsyncDisposable {
  /** Where it is served. */
  readonly url: string;
}

export async function serveLogHarness(): Promise<LogHarness> {
  const folder = new TempFolder();
  const shared = { configFile: false, root: ROOT, logLevel: 'warn' } as const;
  await build({
    ...shared,
    base: './',
    plugins: [react()],
    resolve: { conditions: ['tailgate-source', 'module', 'browser', 'development|production'] },
    build: { outDir: folder.path, emptyOutDir: true, target: 'es2023' },
  });
  const server = await preview({
    ...shared,
    build: { outDir: folder.path },
    preview: { port: 0, host: '127.0.0.1' },
  });
  const [url] = server.resolvedUrls?.local ?? [];
  if (url === undefined) throw new Error('the harness has no address');
  return {
    url,
    [Symbol.asyncDispose]: async () => {
      await server.close();
      folder[Symbol.dispose]();
    },
  };
}
