import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { TempFolder } from '../../support/temp-folder.ts';
import { whyNoTools } from './compiled-tool.ts';
import { faultsOf, parseFanReport, type FanReport } from './fan-report.ts';
import { flags } from './flags.ts';
import { RunningTool } from './running-tool.ts';

// What judges the product must itself be judged: these servers do wrong on purpose.

const why = await whyNoTools();

describe.skipIf(why !== undefined)(`fanload${why === undefined ? '' : ` (${why})`}`, () => {
  test('counts what is missing, twice and out of order on a connection', async () => {
    const report = await readStream(
      [0, 1, 4, 4, 2, 5].map((seq) => event(seq)),
      6,
    );
    expect(report).toMatchObject({ up: 1, events: 6, gaps: 2, dups: 1, reorders: 1 });
    expect(faultsOf(report)).toBe('2 gaps, 1 duplicates, 1 out of order');
  });

  test('finds every line wherever the stream is cut', async () => {
    const text = Array.from({ length: 20 }, (_, seq) => event(seq)).join('');
    const report = await readStream(Array.from(text), 20);
    expect(report).toMatchObject({ events: 20, gaps: 0, dups: 0, reorders: 0 });
    expect(faultsOf(report)).toBe('');
  });

  test('counts all lines of an event, and none that is no data', async () => {
    const report = await readStream([`id: seq=7 t=1\ndata: [{"line":"seq=0 t=1"},{"line":"seq=1 t=1"}]\n\n`], 2);
    expect(report).toMatchObject({ events: 2, gaps: 0 });
  });

  test('says that the first line is another than the one that was asked for', async () => {
    expect((await readStream([event(3), event(4)], 2, { from: 0 })).gaps).toBe(3);
  });

  test('says that a connection was refused, and that one was cut', async () => {
    const refused = await read((response) => response.writeHead(503).end(), { e: 1 });
    expect(faultsOf(refused)).toBe('1 not connected, 1 without a line');
    const cut = await read((response) => response.write(event(0), () => response.destroy()), { e: 2 });
    expect(faultsOf(cut)).toBe('1 cut');
  });

  test('says that a connection fell silent while another did not', async () => {
    let connections = 0;
    const timers: NodeJS.Timeout[] = [];
    const answer = (response: ServerResponse): void => {
      let seq = 0;
      const write = (): unknown => response.write(event(seq++, Date.now()));
      write();
      if (connections++ === 0) timers.push(setInterval(write, 20));
    };
    try {
      const report = await read(answer, { n: 2, E: 30, silent: 0.2 });
      expect(faultsOf(report)).toBe('1 fell silent');
    } finally {
      timers.forEach(clearInterval);
    }
  });

  test('sends a header of its own for each connection', async () => {
    using folder = new TempFolder();
    const each = folder.write('headers', 'X-Name: one\nX-Name: two\n');
    const names: unknown[] = [];
    await read(
      (response) => {
        names.push(response.req.headers['x-name']);
        response.write(event(0));
      },
      { n: 3, e: 1, each },
    );
    expect(names.sort()).toEqual(['one', 'one', 'two']);
  });

  test.each([10, 1_000, 100_000])('reads WebSocket frames that are longer than %d bytes', async (bytes) => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    server.on('connection', (socket) => {
      socket.on('message', (asked) => {
        for (const seq of [0, 1, 3]) socket.send(`${(asked as Buffer).toString()} seq=${seq} t=1 ${'x'.repeat(bytes)}`);
      });
    });
    await once(server, 'listening');
    try {
      const { port } = server.address() as AddressInfo;
      expect(await fanload(port, { e: 3, first: 'hello' }, '--ws')).toMatchObject({ up: 1, events: 3, gaps: 1 });
    } finally {
      server.close();
    }
  });
});

describe.skipIf(why !== undefined)('loggen', () => {
  test('writes lines of one length that count on', async () => {
    using folder = new TempFolder();
    const file = folder.join('a.log');
    await using writer = await RunningTool.start('loggen', flags({ file, n: 2_500, r: 0, l: 100 }));
    expect(JSON.parse(await writer.report)).toMatchObject({ lines: 2_500, errors: 0 });
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    expect(new Set(lines.map(({ length }) => length))).toEqual(new Set([100]));
    expect(lines.map((line) => Number(/^seq=(\d+) t=\d{19} x+$/.exec(line)?.[1]))).toEqual([...lines.keys()]);
  });

  test('a rate it can hold is held', async () => {
    using folder = new TempFolder();
    await using writer = await RunningTool.start('loggen', flags({ file: folder.join('a.log'), r: 500, d: 0.2 }));
    const { lines } = JSON.parse(await writer.report) as { lines: number };
    expect(lines).toBeLessThanOrEqual(101);
  });

  test('what it can not do it says', async () => {
    await using writer = await RunningTool.start('loggen', ['--fast']);
    await expect(writer.report).rejects.toThrow('unknown option --fast');
  });
});

/** `time`: when it was made, in milliseconds. */
function event(seq: number, time = 1_763_612_345_678): string {
  return `id: 1-${seq}\nevent: log\ndata: {"line":"seq=${seq} t=${time}000000 xxx"}\n\n`;
}

/** Reads a stream that comes in these pieces, a chunk each, until there are so many lines. */
async function readStream(pieces: readonly string[], lines: number, more: Flags = {}): Promise<FanReport> {
  return await read(
    (response) => {
      for (const piece of pieces) response.write(piece);
    },
    { e: lines, ...more },
  );
}

type Flags = Readonly<Record<string, string | number>>;

async function read(answer: (response: ServerResponse) => unknown, options: Flags): Promise<FanReport> {
  const server: Server = createServer((_, response) => void answer(response));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  try {
    return await fanload((server.address() as AddressInfo).port, options);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function fanload(port: number, options: Flags, ...more: readonly string[]): Promise<FanReport> {
  await using tool = await RunningTool.start('fanload', [...flags({ p: port, d: 20, ...options }), ...more]);
  return parseFanReport(await tool.report);
}
