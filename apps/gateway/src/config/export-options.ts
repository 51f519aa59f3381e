import { age, option, size } from '@tailgate/runtime';

/** What becomes of exports, of which there are at most ten at a time. */
export const exportOptions = {
  exportAge: option(age(60_000), {
    env: 'EXPORT_AGE',
    default: '24h',
    help: 'How long the file of an export is kept.',
  }),
  exportBytes: option(size(1024), {
    env: 'EXPORT_BYTES',
    default: '32MiB',
    help: 'How many bytes the file of an export has at most, compressed. It is kept where the records are: in Redis, or in the memory of the one process. There are at most ten exports.',
  }),
};
