/** A source of chance: a number from 0 to 1, without 1. */
export type Chance = () => number;

const LEVELS = [
  ['INFO', 0.8],
  ['DEBUG', 0.1],
  ['WARN', 0.06],
  ['ERROR', 0.04],
] as const;

const PATHS = [
  '/',
  '/api/orders',
  '/api/orders/4711',
  '/api/login',
  '/assets/app.js',
  '/healthz',
  '/search?q=kältemittel',
];
const METHODS = ['GET', 'GET', 'GET', 'POST', 'PUT', 'DELETE'];
const WARNINGS = ['slow query', 'retrying upstream', 'pool is nearly full', 'cache miss storm', 'clock skew'];
const FAILURES = [
  'TimeoutError: upstream did not answer',
  'TypeError: order is undefined',
  'Error: connect ECONNREFUSED 10.0.3.7:5432',
];
const FRAMES = [
  'OrderService.place (/srv/app/orders.js:88:13)',
  'Pool.acquire (/srv/app/pool.js:41:9)',
  'async handler (/srv/app/http.js:20:3)',
];

/** One event of a service's log as it stands in the file: one line, or an error with its stack trace. `time`: milliseconds since the Unix epoch. */
export function logLines(time: number, chance: Chance): string[] {
  const level = levelOf(chance());
  const head = `${new Date(time).toISOString()} ${level.padEnd(5)} [req-${hex(chance)}]`;
  if (level === 'ERROR') {
    const stack = FRAMES.slice(0, 1 + Math.floor(chance() * FRAMES.length)).map((frame) => `    at ${frame}`);
    return [`${head} ${one(FAILURES, chance)}`, ...stack];
  }
  if (level === 'WARN') return [`${head} ${one(WARNINGS, chance)} after ${1 + Math.floor(chance() * 900)} ms`];
  const status = chance() < 0.95 ? 200 : 404;
  return [`${head} ${one(METHODS, chance)} ${one(PATHS, chance)} ${status} ${1 + Math.floor(chance() ** 4 * 800)}ms`];
}

function levelOf(share: number): string {
  let left = share;
  for (const [level, part] of LEVELS) {
    if (left < part) return level;
    left -= part;
  }
  return 'INFO';
}

function one(from: readonly string[], chance: Chance): string {
  return from[Math.floor(chance() * from.length)] ?? '';
}

function hex(chance: Chance): string {
  return Math.floor(chance() * 0x1_0000_0000)
    .toString(16)
    .padStart(8, '0');
}
