const WORDS = 'the quick brown fox jumps over the lazy dog '.repeat(20);

const FRAMES = [
  '    at OrderService.place (orders.js:88:13)',
  '    at Pool.acquire (pool.js:41:9)',
  'Caused by: timeout',
];

const MAKERS: Readonly<Record<string, (seq: number) => string>> = {
  short: (seq) => `line ${seq}`,
  /** From one to nine rows, where they are wrapped. */
  long: (seq) => `line ${seq} ${WORDS.slice(0, (seq * 97) % 800)}`,
  /** As a service writes: levels, JSON, stack traces. */
  service: (seq) => {
    if (seq % 20 >= 17) return FRAMES[(seq % 20) - 17] ?? '';
    if (seq % 20 === 16) return `2026-11-20T12:00:00Z ERROR [req-${seq}] order ${seq} failed`;
    if (seq % 20 === 10) return `2026-11-20T12:00:00Z WARN  [req-${seq}] slow query after ${seq % 900} ms`;
    if (seq % 20 === 5)
      return JSON.stringify({ level: 'info', msg: `order ${seq}`, user: { id: seq, tags: ['a', 'b'] }, ms: seq % 90 });
    if (seq % 20 === 6)
      return `\x1b[32mINFO\x1b[0m  [req-${seq}] \x1b[1mGET\x1b[0m /api/orders/${seq} \x1b[38;5;208m200\x1b[0m`;
    return `2026-11-20T12:00:00Z INFO  [req-${seq}] GET /api/orders/${seq} 200 ${seq % 800}ms`;
  },
};

/** What stands in a record by its number. */
export function lineMaker(name: string): (seq: number) => string {
  const maker = MAKERS[name];
  if (!maker) throw new Error(`there is no maker ${name}`);
  return maker;
}
