export * from './alert-store.js';
export * from './chunk-store.js';
export * from './job-queue.js';
export type { JobsEnds } from './jobs-ends.js';
