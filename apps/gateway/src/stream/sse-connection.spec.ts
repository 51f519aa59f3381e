import { Writable } from 'node:stream';
import { position } from '@tailgate/protocol';
import { expect, it } from 'vitest';
import { batchOf } from '../feed/testing/batches.js';
import { SessionHouse } from '../session/testing/session-house.js';
import { SseConnection } from './sse-connection.js';
import { RecordEvents } from './sse-encoder.js';
import { silentObserver } from './stream-observer.js';
import { StreamRegistry } from './stream-registry.js';

/** A connection whose other end reads when a test says so. */
class Pipe extends Writable {
  readonly chunks: Buffer[] = [];
  reads = true;
  #waiting: (() => void) | undefined;

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.chunks.push(chunk);
    if (this.reads) done();
    else this.#waiting = done;
  }

  readOn(): void {
    this.reads = true;
    const done = this.#waiting;
    this.#waiting = undefined;
    done?.();
  }
}

it('hands the same bytes to every connection', () => {
  const encoder = new RecordEvents();
  const pipes = [new Pipe(), new Pipe()];
  const batch = batchOf(1, 1, 5);
  for (const pipe of pipes) new SseConnection(pipe, encoder, silentObserver).records(batch, 0);
  expect(pipes[0]?.chunks[0]).toBe(pipes[1]?.chunks[0]);
});

it('is full while bytes wait, and not because a write was large', () => {
  const pipe = new Pipe();
  const connection = new SseConnection(pipe, new RecordEvents(), silentObserver);
  const large = batchOf(1, 1, 5000, 100);
  expect(connection.records(large, 0)).toBe(true);
  pipe.reads = false;
  expect(connection.records(large, 0)).toBe(false);
});

it('sends comments, and no event, until it is connected', () => {
  const pipe = new Pipe();
  const connection = new SseConnection(pipe, new RecordEvents(), silentObserver);
  connection.event({ event: 'ping', data: { time: 1 } });
  connection.event({ event: 'connected', data: { channels: [], replica: 'test' } }, position(1, 2));
  connection.event({ event: 'ping', data: { time: 2 } });
  expect(Buffer.concat(pipe.chunks).toString()).toBe(
    ':\n\nid: 1-2\nevent: connected\ndata: {"channels":[],"replica":"test"}\n\nevent: ping\ndata: {"time":2}\n\n',
  );
});

it('keeps no queue for viewers that never read, and gives them all of it when they do', async () => {
  const house = new SessionHouse();
  const { clock, rounds, observer, channel } = house;
  const streams = new StreamRegistry(house.feeds, {
    clock,
    rounds,
    observer,
    replica: 'test',
    maxStreams: 1000,
    isStarting: () => false,
  });
  const pipes = Array.from({ length: 300 }, () => new Pipe());
  await house.writer.append(1);
  for (const pipe of pipes) streams.serve(pipe, { channel, start: { tail: 0 }, lines: false });
  await clock.settle();
  for (const pipe of pipes) pipe.reads = false;
  for (let time = 0; time < 200; time += 1) {
    await house.writer.append(500);
    await clock.settle();
  }
  await clock.advance(120_000);
  const waiting = pipes.map(({ writableLength }) => writableLength);
  const [one] = pipes;
  expect(Math.max(...waiting)).toBeLessThan((one?.writableHighWaterMark ?? 0) + 64 * 1024);
  // Not a copy each either: the chunk that waits is the same everywhere.
  expect(new Set(pipes.map(({ chunks }) => chunks.at(-1)?.buffer)).size).toBe(1);
  const [last] = [...house.writer.lines.keys()].slice(-1);
  one?.readOn();
  await clock.settle();
  expect(Buffer.concat(one?.chunks ?? []).toString()).toContain(`id: ${last ?? ''}\n`);
  for (const pipe of pipes) pipe.destroy();
  await clock.advance(31_000);
  expect([streams.size, house.feeds.size, house.broker.followers, clock.timers]).toEqual([0, 0, 0, 0]);
});
