import { fileURLToPath } from 'node:url';

/** What `apps/web` is built into; with a slash at its end. */
export const PAGE_FOLDER = fileURLToPath(new URL('../../../web/dist/', import.meta.url));
