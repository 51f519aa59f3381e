import { expect, it } from 'vitest';
import { createLogger } from './logger.js';
import { NestLog } from './nest-log.js';

function recorded() {
  const lines: string[] = [];
  return { lines, write: (line: string) => void lines.push(line) };
}

it('writes JSON lines with a level in words and a time in RFC 3339', () => {
  const out = recorded();
  createLogger({ level: 'info', format: 'json' }, out).info({ port: 0 }, 'listening');
  const entry: unknown = JSON.parse(out.lines.join(''));
  expect(entry).toMatchObject({ level: 'info', port: 0, msg: 'listening' });
  expect(entry).toHaveProperty('time', expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/));
});

it("writes errors with their stack, also Nest's", () => {
  const out = recorded();
  const logger = createLogger({ level: 'info', format: 'json' }, out);
  logger.error({ error: new Error('broken') }, 'failed');
  new NestLog(logger).error(new Error('nest broke'), 'Router');
  expect(out.lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { error: { message: 'broken', stack: expect.stringContaining('logger.spec') as string } },
    { level: 'error', context: 'Router', msg: 'nest broke' },
  ]);
});

it("keeps Nest's chatter at boot to debug", () => {
  const out = recorded();
  const nest = new NestLog(createLogger({ level: 'info', format: 'json' }, out));
  nest.log('Mapped {/, GET} route', 'RouterExplorer');
  nest.warn('careful', 'Router');
  expect(out.lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { level: 'warn', context: 'Router', msg: 'careful' },
  ]);
});

it('writes for people where asked', () => {
  const out = recorded();
  createLogger({ level: 'info', format: 'pretty' }, out).warn({ path: '/x' }, 'not readable');
  expect(out.lines.join('')).toMatch(/WARN.*not readable[^]*path.*\/x/);
});
