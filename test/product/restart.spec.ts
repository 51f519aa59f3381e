import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { EventStream, linesOf, parseData, parseId, type ReceivedLine } from '../support/event-stream.ts';
import { LogWriter } from '../support/log-writer.ts';
import { NativeViewer } from '../support/native-viewer.ts';
import { numberedLine, numberOf } from '../support/numbered-line.ts';
import { Product } from '../support/product.ts';
import { TempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';

// The in-process broker's history ends with the process. The files are still there: they are read again, in a new epoch.

const TAIL = 50;
const LOGS = ['--logs', './{name}.log', '--drain-seconds', '2'];

/** Lines whose numbers, and the numbers in their text, go up by one. */
function expectNoHole(lines: readonly ReceivedLine[]): void {
  const wrong = lines.filter(({ epoch, seq, line }, i) => {
    const before = lines[i - 1];
    return before && (epoch !== before.epoch || seq !== before.seq + 1 || numberOf(line) !== numberOf(before.line) + 1);
  });
  expect(wrong).toEqual([]);
}

function numbered(first: number, last: number): string {
  return Array.from({ length: last - first + 1 }, (_, i) => numberedLine(first + i)).join('');
}

/** The number of the last line that the viewer was given. */
function lastNumber(viewer: NativeViewer): number {
  const line = viewer.lines.at(-1);
  return line ? numberOf(line.line) : 0;
}

/** A port that nobody has at the moment. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

/** The first connection that is taken. */
async function openAsSoonAsPossible(url: string, headers: Readonly<Record<string, string>> = {}): Promise<EventStream> {
  let stream: EventStream | undefined;
  await until(
    async () => (stream = await EventStream.open(url, headers).catch(() => undefined)) !== undefined,
    () => 'somebody listens',
  );
  if (!stream) throw new Error('nobody listens');
  return stream;
}

async function reaches(viewer: NativeViewer, number: number): Promise<void> {
  await until(
    () => viewer.lines.length > 0 && lastNumber(viewer) >= number,
    () => `line ${number}; the last was ${lastNumber(viewer)}`,
  );
}

it('after kill -9 amid writing a viewer is told of the new epoch and gets the last lines again, not all', async () => {
  using folder = new TempFolder();
  folder.write('web.log', '');
  await using crashing = await Product.start({ folder: folder.path, args: LOGS });
  const { port } = crashing;
  using viewer = new NativeViewer(crashing.stream('deployment/web', `&tail=${TAIL}`));
  await viewer.has('live');
  await using writer = new LogWriter(folder.join('web.log'), 2_000);
  await reaches(viewer, 4_000);

  await crashing.kill('SIGKILL');
  const before = viewer.lines;
  expectNoHole(before);
  await using second = await Product.start({ folder: folder.path, args: LOGS, port });
  await viewer.has('gap');
  await viewer.has('live', 2);
  await reaches(viewer, lastNumber(viewer) + 4_000);

  const [gap, ...others] = viewer.events.filter(({ event }) => event === 'gap' || event === 'epoch');
  expect(others).toEqual([]);
  expect(parseData(gap?.data ?? '')).toMatchObject({ channel: 'deployment/web', reason: 'epoch', lost: null });
  const after = linesOf(viewer.after('gap'));
  expectNoHole(after);
  const [first] = after;
  // The id of the gap is where a reconnect at that moment would go on.
  expect(parseId(gap?.id ?? '')).toEqual({ epoch: first?.epoch, seq: (first?.seq ?? 0) - 1 });
  expect(first?.epoch).toBeGreaterThan(before[0]?.epoch ?? Infinity);
  // Read again from its first line on.
  expect(after.every(({ seq, line }) => numberOf(line) === seq)).toBe(true);
  const last = numberOf(before.at(-1)?.line ?? '');
  expect(after.filter(({ line }) => numberOf(line) <= last).length).toBeLessThanOrEqual(TAIL);
});

it('whoever comes while the files are still read again gets the last lines all the same', async () => {
  const total = 400_000;
  using folder = new TempFolder();
  folder.write('web.log', numbered(1, total));
  const port = await freePort();
  const starting = Product.start({ folder: folder.path, args: LOGS, port });
  const url = `http://127.0.0.1:${port}/api/stream?channel=deployment/web&tail=${TAIL}`;
  using back = await openAsSoonAsPossible(url, { 'last-event-id': '1500000000000-41' });
  using fresh = await openAsSoonAsPossible(url);
  await using product = await starting;
  for (const stream of [back, fresh]) {
    await stream.has('live');
    expect(stream.lines.map(({ seq }) => seq)).toEqual(Array.from({ length: TAIL }, (_, i) => total - TAIL + 1 + i));
    expectNoHole(stream.lines);
  }
  expect(parseData(back.named('gap')[0]?.data ?? '')).toMatchObject({ reason: 'epoch' });
  expect(fresh.named('gap')).toEqual([]);
  expect(product.ending).toBeUndefined();
});

describe('10 plain EventSources', () => {
  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'survive a restart after %s by themselves and miss nothing after it',
    async (signal) => {
      using folder = new TempFolder();
      folder.write('web.log', numbered(1, 5_000));
      await using first = await Product.start({ folder: folder.path, args: LOGS });
      using stack = new DisposableStack();
      const viewers = Array.from({ length: 10 }, () =>
        stack.use(new NativeViewer(first.stream('deployment/web', `&tail=${TAIL}`))),
      );
      await Promise.all(viewers.map((viewer) => reaches(viewer, 5_000)));
      const { port } = first;
      const { code } = await first.kill(signal);
      expect(code).toBe(signal === 'SIGTERM' ? 0 : null);
      // Long enough that each has found nobody there.
      await until(
        () => viewers.every(({ errors }) => errors >= 2),
        () => 'two errors each',
      );

      await using second = await Product.start({ folder: folder.path, args: LOGS, port });
      await Promise.all(viewers.map((viewer) => viewer.has('live', 2)));
      folder.append('web.log', numbered(5_001, 7_000));
      await Promise.all(viewers.map((viewer) => reaches(viewer, 7_000)));
      for (const viewer of viewers) {
        expect(viewer.isClosed).toBe(false);
        expect(viewer.count('closing')).toBe(signal === 'SIGTERM' ? 1 : 0);
        expect(viewer.count('gap')).toBe(1);
        const lines = linesOf(viewer.after('gap'));
        expectNoHole(lines);
        expect(lines.map(({ line }) => numberOf(line))[0]).toBe(5_001 - TAIL);
        expect(lines).toHaveLength(2_000 + TAIL);
      }
    },
  );
});
