const STEPS = [
  'INFO  pulling the image registry.example/shop:1.42.0',
  'INFO  image pulled, 184 MB in 6.1 s',
  'INFO  running database migrations',
  'WARN  migration 0042 took longer than expected (4.8 s)',
  'INFO  starting 3 replicas',
  'INFO  replica 1 of 3 is ready',
  'INFO  replica 2 of 3 is ready',
  'ERROR replica 3 of 3 failed its health check: connection refused',
  'INFO  restarting replica 3',
  'INFO  replica 3 of 3 is ready',
  'INFO  shifting traffic: 10 %, 50 %, 100 %',
] as const;

const REQUESTS = ['GET /api/orders 200', 'GET /api/orders/17 200', 'POST /api/orders 201', 'GET /healthz 200'] as const;

/** As long as every time in RFC 3339 with milliseconds. */
const TIME_CHARS = 24;

/** Line `number` (1 to `lines`) of a deployment that never was. `time`: milliseconds since the Unix epoch. ASCII; the same but for the time. */
export function demoLine(number: number, lines: number, time: number): string {
  return `${new Date(time).toISOString()} ${textOf(number, lines)}`;
}

/** Whether `line` is line `number` of such a deployment, written at whatever time. */
export function isDemoLine(line: string, number: number, lines: number): boolean {
  return line.slice(TIME_CHARS) === ` ${textOf(number, lines)}` && !Number.isNaN(Date.parse(line.slice(0, TIME_CHARS)));
}

function textOf(number: number, lines: number): string {
  if (number === lines) return 'INFO  deployment finished';
  return STEPS[number - 1] ?? `INFO  ${REQUESTS[number % REQUESTS.length] ?? ''} ${5 + ((number * 37) % 90)}ms`;
}
