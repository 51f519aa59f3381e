import { EventSource } from 'eventsource';
import { describe, expect, it, vi } from 'vitest';
import { CountedPlaces } from '../connection/testing/counted-places.js';
import { ChannelWriter } from '../feed/testing/channel-writer.js';
import { StreamServer } from './testing/stream-server.js';

const URL_PATH = '/api/stream?channel=host/h5';

/** An `EventSource` as a page has it, which knows nothing of positions. */
class Page implements Disposable {
  readonly lines: string[] = [];
  readonly ids: string[] = [];
  connected = 0;
  closings: string[] = [];
  readonly source: EventSource;

  constructor(url: string) {
    this.source = new EventSource(url);
    this.source.addEventListener('connected', () => (this.connected += 1));
    this.source.addEventListener('log', ({ data, lastEventId }) => {
      this.lines.push((JSON.parse(String(data)) as { line: string }).line);
      this.ids.push(lastEventId);
    });
    this.source.addEventListener('closing', ({ data }) => this.closings.push(String(data)));
  }

  [Symbol.dispose](): void {
    this.source.close();
  }
}

async function until(expectation: () => void): Promise<void> {
  await vi.waitFor(expectation, { timeout: 20_000, interval: 10 });
}

describe('a native EventSource', () => {
  it('that loses its connection before the first record misses nothing', async () => {
    await using server = await StreamServer.start();
    await server.writer.append(3);
    using page = new Page(`${server.url}${URL_PATH}&tail=0`);
    await until(() => expect(page.connected).toBe(1));
    server.cutAll();
    await server.writer.append(2);
    await until(() => expect(page.lines).toEqual(['line 4', 'line 5']));
    expect(page.connected).toBe(2);
  });

  it('that watches an empty channel gets it from its first record, also after a lost connection', async () => {
    await using server = await StreamServer.start();
    using page = new Page(`${server.url}${URL_PATH}&tail=0`);
    await until(() => expect(page.connected).toBe(1));
    server.cutAll();
    await server.writer.append(3);
    await until(() => expect(page.lines).toEqual(['line 1', 'line 2', 'line 3']));
  });

  it('of several channels goes on in each of them', async () => {
    await using server = await StreamServer.start();
    const other = new ChannelWriter(server.broker.inner, server.channelOf('host/h6'));
    using page = new Page(`${server.url}${URL_PATH}&channel=host/h6`);
    await until(() => expect(page.connected).toBe(1));
    for (let round = 1; round <= 3; round += 1) {
      await server.writer.append(2);
      await other.append(1);
      await until(() => expect(page.lines).toHaveLength(round * 3));
      server.cutAll();
    }
    await server.writer.append(1);
    await until(() => expect(page.lines).toHaveLength(10));
    expect(page.lines.toSorted()).toEqual([...server.writer.lines.values(), ...other.lines.values()].toSorted());
  });

  it('goes on where it was after whatever batch it lost its connection', async () => {
    await using server = await StreamServer.start();
    using page = new Page(`${server.url}${URL_PATH}&batch=0`);
    await until(() => expect(page.connected).toBe(1));
    for (let round = 1; round <= 4; round += 1) {
      await server.writer.append(50);
      server.cutAll();
      await server.writer.append(50);
      await until(() => expect(page.lines).toHaveLength(100 * round));
    }
    expect(page.ids).toEqual([...server.writer.lines.keys()]);
  }, 40_000);

  it('comes again while there is no room, and is served when there is', async () => {
    const places = new CountedPlaces(1);
    await using server = await StreamServer.start({ places });
    await server.writer.append(1);
    const taken = places.take();
    using page = new Page(`${server.url}${URL_PATH}`);
    await until(() => expect(page.closings).toEqual(['{"reason":"too-many"}']));
    expect(page.source.readyState).not.toBe(page.source.CLOSED);
    taken?.[Symbol.dispose]();
    await until(() => expect(page.lines).toEqual(['line 1']));
  }, 40_000);
});
