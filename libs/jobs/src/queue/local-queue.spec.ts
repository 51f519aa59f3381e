import { describeJobQueue } from '../contract/index.js';
import { localJobs } from './local-queue.js';

describeJobQueue('LocalQueue', () =>
  Promise.resolve({ one: localJobs, other: localJobs, [Symbol.asyncDispose]: () => Promise.resolve() }),
);
