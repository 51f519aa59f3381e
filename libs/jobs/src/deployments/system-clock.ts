import { setTimeout } from 'node:timers/promises';
import type { WriterClock } from './deployment-writer.js';

export const systemWriterClock: WriterClock = {
  now: () => Date.now(),
  pause: (ms, signal) => setTimeout(ms, undefined, { signal }),
};
