import { setImmediate } from 'node:timers/promises';
import { formatHash, hashAfter, NOTHING_HASHED } from '@tailgate/protocol';
import { describe, expect, it, vi, type Mock } from 'vitest';
import { silentObserver } from '../stream/stream-observer.js';
import { StreamServer } from '../stream/testing/stream-server.js';
import { CountedPlaces } from './testing/counted-places.js';
import { sse } from './testing/sse-viewer.js';
import type { Viewer } from './testing/viewer.js';
import { webSocket } from './testing/ws-viewer.js';

/** What every transport does alike is said once, here. */
describe.each([sse, webSocket])('over $name', (transport) => {
  async function until(expectation: () => void): Promise<void> {
    await vi.waitFor(expectation, { timeout: 20_000, interval: 5 });
  }

  const live = (viewer: Viewer) => until(() => expect(viewer.lives).toBe(1));
  const linesOf = ({ records }: Viewer) => records.map(({ line }) => line);

  /** Appends, a thousand lines at a time, until somebody could not take more. */
  async function appendUntilSlow({ writer }: StreamServer, slow: Mock): Promise<void> {
    for (let time = 0; time < 1_000 && slow.mock.calls.length === 0; time += 1) {
      await writer.append(1_000);
      await setImmediate();
    }
  }

  it('a new viewer gets the last lines, is told when it is live, and gets each line that comes', async () => {
    await using server = await StreamServer.start();
    await server.writer.append(100);
    using viewer = await transport.open(server, { tail: 3 });
    await live(viewer);
    expect(linesOf(viewer)).toEqual(['line 98', 'line 99', 'line 100']);
    await server.writer.append(2);
    await until(() => expect(linesOf(viewer).at(-1)).toBe('line 102'));
    expect(viewer.lives).toBe(1);
    expect(viewer.records.map(({ id }) => id)).toEqual([...server.writer.lines.keys()].slice(97));
  });

  it('a viewer resumes at any position, 200 times, while the channel grows', async () => {
    await using server = await StreamServer.start();
    await server.writer.append(500);
    const positions = [...server.writer.lines.keys()];
    const resume = async (index: number): Promise<void> => {
      using viewer = await transport.open(server, { after: positions[index] ?? '' });
      await until(() => expect(viewer.records.length).toBeGreaterThan(0));
      const all = [...server.writer.lines.keys()];
      expect(viewer.records.map(({ id }) => id)).toEqual(all.slice(index + 1, index + 1 + viewer.records.length));
      expect(viewer.begun).toBe(positions[index]);
    };
    for (let round = 0; round < 20; round += 1) {
      const some = Array.from({ length: 10 }, () => resume(Math.floor(Math.random() * 499)));
      await server.writer.append(1 + (round % 7));
      await Promise.all(some);
    }
    await until(() => expect(server.streams.size).toBe(0));
  });

  it('the running hash comes with the last record of each batch, whoever comes when', async () => {
    await using server = await StreamServer.start();
    await server.writer.append(1);
    using early = await transport.open(server);
    await live(early);
    for (const count of [7, 100, 2, 30]) await server.writer.append(count);
    using viewer = await transport.open(server, { after: `${server.writer.head?.epoch ?? 0}-5` });
    await server.writer.append(9);
    for (const each of [early, viewer]) {
      await until(() => expect(each.records.at(-1)?.line).toBe('line 149'));
      let hash = NOTHING_HASHED;
      const marks = new Map<string, string>();
      for (const [id, line] of server.writer.lines)
        marks.set(id, formatHash((hash = hashAfter(hash, { line, time: 0 }))));
      const told = each.records.filter((record) => record.hash !== undefined);
      expect(told.map(({ id, hash: own }) => [id, own])).toEqual(told.map(({ id }) => [id, marks.get(id)]));
      expect(told.at(-1)?.line).toBe('line 149');
    }
  });

  it('a filter lets through what matches, with its position, and tail counts that', async () => {
    await using server = await StreamServer.start();
    await server.writer.append(1_000);
    using viewer = await transport.open(server, { tail: 2, grep: '7$' });
    await live(viewer);
    await server.writer.append(20);
    await until(() => expect(linesOf(viewer)).toEqual(['line 987', 'line 997', 'line 1007', 'line 1017']));
    for (const { id, line } of viewer.records) expect(server.writer.lines.get(id)).toBe(line);
  });

  it('a gap says exactly what was trimmed', async () => {
    await using server = await StreamServer.start({}, silentObserver, { retainLines: 10 });
    for (let time = 0; time < 10; time += 1) await server.writer.append(5);
    const epoch = server.writer.head?.epoch ?? 0;
    using viewer = await transport.open(server, { after: `${epoch}-3` });
    await live(viewer);
    expect(viewer.gaps).toEqual([
      { channel: 'host/h5', from: `${epoch}-4`, to: `${epoch}-40`, lost: 37, reason: 'trimmed' },
    ]);
    expect(viewer.records).toHaveLength(10);
  });

  it('a channel that does not exist is waited for', async () => {
    await using server = await StreamServer.start();
    using viewer = await transport.open(server);
    await live(viewer);
    expect([viewer.begun, viewer.states]).toEqual(['0-0', ['waiting']]);
    await server.writer.append(2);
    await until(() => expect(linesOf(viewer)).toEqual(['line 1', 'line 2']));
  });

  it('a broker that is away is a status, and nothing is missed', async () => {
    await using server = await StreamServer.start();
    await server.writer.append(1);
    using viewer = await transport.open(server);
    await live(viewer);
    server.broker.fails = true;
    server.broker.losesLive = true;
    await server.writer.append(3);
    await until(() => expect(viewer.states.at(-1)).toBe('unreachable'));
    server.broker.fails = false;
    server.broker.losesLive = false;
    await until(() => expect(linesOf(viewer)).toEqual(['line 1', 'line 2', 'line 3', 'line 4']));
    expect(viewer.gaps).toEqual([]);
  });

  it('a viewer that does not read holds nobody up, and gets it all when it does', async () => {
    const slow = vi.fn();
    await using server = await StreamServer.start({}, { ...silentObserver, viewerSlow: slow });
    await server.writer.append(1);
    using stuck = await transport.open(server, { tail: 0 });
    using other = await transport.open(server, { tail: 0 });
    await live(stuck);
    await live(other);
    stuck.stopReading();
    await appendUntilSlow(server, slow);
    expect(slow).toHaveBeenCalled();
    const ids = [...server.writer.lines.keys()].slice(1);
    await until(() => expect(other.records).toHaveLength(ids.length));
    stuck.readOn();
    await until(() => expect(stuck.records).toHaveLength(ids.length));
    expect(stuck.records.map(({ id }) => id)).toEqual(ids);
  });

  it('a viewer that takes nothing for too long is parted from, and goes on where it was', async () => {
    const slow = vi.fn();
    const onBeyond = vi.fn();
    await using server = await StreamServer.start({ stuckMs: 500, onBeyond }, { ...silentObserver, viewerSlow: slow });
    await server.writer.append(1);
    using stuck = await transport.open(server, { tail: 0 });
    using other = await transport.open(server, { tail: 0 });
    await live(stuck);
    await live(other);
    stuck.stopReading();
    await appendUntilSlow(server, slow);
    await until(() => expect(onBeyond.mock.calls).toEqual([['stalled']]));
    stuck.readOn();
    await until(() => expect(stuck.isClosed).toBe(true));
    expect([stuck.closing, stuck.closeCode]).toEqual(['too-slow', transport.codes['too-slow']]);
    const ids = [...server.writer.lines.keys()].slice(1);
    using again = await transport.open(server, { after: stuck.records.at(-1)?.id ?? '' });
    await until(() => expect(stuck.records.length + again.records.length).toBe(ids.length));
    expect([...stuck.records, ...again.records].map(({ id }) => id)).toEqual(ids);
    await until(() => expect(other.records).toHaveLength(ids.length));
    expect(other.isClosed).toBe(false);
  });

  it('a drain sends everybody elsewhere, where they miss nothing', async () => {
    await using old = await StreamServer.start();
    await using next = await StreamServer.start({}, silentObserver, {}, undefined, old.broker);
    await old.writer.append(10);
    const viewers = await Promise.all(Array.from({ length: 20 }, () => transport.open(old, { tail: 5 })));
    for (const viewer of viewers) await live(viewer);
    const drained = old.streams.drain(1);
    await old.writer.append(5);
    await drained;
    for (const viewer of viewers) {
      await until(() => expect(viewer.isClosed).toBe(true));
      expect([viewer.closing, viewer.closeCode]).toEqual(['drain', transport.codes.drain]);
      using again = await transport.open(next, { after: viewer.records.at(-1)?.id ?? '' });
      await live(again);
      expect([...linesOf(viewer), ...linesOf(again)]).toEqual(
        Array.from({ length: 10 }, (_, index) => `line ${index + 6}`),
      );
      viewer[Symbol.dispose]();
    }
    using late = await transport.open(old);
    await until(() => expect(late.isClosed).toBe(true));
    expect(late.closing).toBe('drain');
  });

  it('one too many is told to come again, and harms nobody', async () => {
    await using server = await StreamServer.start({ places: new CountedPlaces(1) });
    using first = await transport.open(server);
    await live(first);
    using second = await transport.open(server);
    await until(() => expect(second.isClosed).toBe(true));
    expect([second.closing, second.closeCode]).toEqual(['too-many', transport.codes['too-many']]);
    await server.writer.append(1);
    await until(() => expect(first.records).toHaveLength(1));
    first[Symbol.dispose]();
    await until(() => expect(server.streams.size).toBe(0));
    using third = await transport.open(server);
    await live(third);
  });

  it('whoever leaves leaves nothing behind', async () => {
    await using server = await StreamServer.start();
    const viewers = await Promise.all(Array.from({ length: 20 }, () => transport.open(server)));
    await until(() => expect(server.streams.size).toBe(20));
    for (const viewer of viewers) viewer[Symbol.dispose]();
    await until(() => expect(server.streams.size).toBe(0));
    // The channel does not exist, so its feed does not linger.
    await until(() => expect(server.broker.followers).toBe(0));
  });

  it('a costly expression does not keep others waiting', async () => {
    await using server = await StreamServer.start();
    await server.writer.append(5_000);
    const costly = Array.from({ length: 5 }, (_, index) =>
      transport.open(server, { tail: 10_000, grep: `(\\pL*[0-9 ]*\\pL{${300 + index}}){3}x` }),
    );
    using filtering = new DisposableStack();
    for (const viewer of await Promise.all(costly)) filtering.use(viewer);
    using other = await transport.open(server, { tail: 0 });
    await live(other);
    await server.writer.append(1);
    await until(() => expect(linesOf(other)).toEqual(['line 5001']));
  });
});
