import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { compression } from 'vite-plugin-compression2';

/** The gateway that the development server passes everything but the page's own files to. */
const GATEWAY = 'http://127.0.0.1:8080';

export default defineConfig({
  root: import.meta.dirname,
  // Beside the pages, wherever they are: the gateway writes into each where that is (`<base>`).
  base: './',
  // The workspace's packages from their sources: the page can be built while the compiler builds the rest.
  resolve: { conditions: ['tailgate-source', 'module', 'browser', 'development|production'] },
  plugins: [react(), compression({ algorithms: ['gzip', 'brotliCompress'], include: /\.(js|css|svg)$/ })],
  build: {
    target: 'es2023',
    // The policy on content allows no inline script, and a file of its own can be kept for ever.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      // On a busy machine it would warn of how long the plugins take.
      checks: { bundlerTimings: false },
      input: ['index.html', 'docs.html', 'not-found.html'].map((name) => `${import.meta.dirname}/${name}`),
    },
  },
  server: {
    proxy: {
      '/api': GATEWAY,
      '/ws': { target: GATEWAY, ws: true },
    },
  },
});
