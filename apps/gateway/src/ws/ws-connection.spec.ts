import { EventEmitter } from 'node:events';
import { formatPosition } from '@tailgate/protocol';
import { expect, it } from 'vitest';
import { OpenCallers } from '../connection/testing/open-callers.js';
import { DEFAULT_LIMITS } from '../limits/limit-table.js';
import { ChannelDirectory } from '../feed/channel-directory.js';
import { Filters } from '../filter/filters.js';
import { HostRule } from '../http/host-rule.js';
import { SessionHouse } from '../session/testing/session-house.js';
import { Pipe } from '../stream/testing/pipe.js';
import { RecordsFrames } from './records-frames.js';
import { WsConnection, type ClientSocket } from './ws-connection.js';

/** A WebSocket whose client reads when a test says so. */
class FakeSocket extends EventEmitter implements ClientSocket {
  readonly extensions = '';
  pings = 0;
  isPaused = false;
  closedWith: number | undefined;

  ping(): void {
    this.pings += 1;
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
  }

  close(code: number): void {
    this.closedWith = code;
  }

  say(frame: object): void {
    this.emit('message', Buffer.from(JSON.stringify(frame)), false);
  }
}

/** What the fake socket writes; it speaks for the client itself. */
class Output extends Pipe {
  /** What the text frames say. */
  get frames(): readonly Readonly<Record<string, unknown>>[] {
    return this.chunks.flatMap((chunk) => {
      const length = chunk.readUInt8(1);
      const text = chunk.toString('utf8', length < 126 ? 2 : length === 126 ? 4 : 10);
      return text.startsWith('{') ? [JSON.parse(text) as Readonly<Record<string, unknown>>] : [];
    });
  }

  of(type: string): readonly Readonly<Record<string, unknown>>[] {
    return this.frames.filter((frame) => frame['type'] === type);
  }
}

function connect(house: SessionHouse, frames = new RecordsFrames()) {
  const { clock, observer, sessions } = house;
  const socket = new FakeSocket();
  const output = new Output();
  const callers = new OpenCallers(new HostRule([]));
  const directory = new ChannelDirectory(house.broker, clock, (error) => expect.fail(String(error)));
  const context = {
    clock,
    observer,
    sessions,
    directory,
    filters: new Filters(),
    callers,
    frames,
    replica: 'test',
    limits: DEFAULT_LIMITS,
    onBeyond: () => undefined,
  };
  let closed = false;
  const connection = new WsConnection(socket, output, callers.of(), context, () => (closed = true));
  connection.begin();
  return { socket, output, connection, isClosed: () => closed };
}

it('tells a filter that matches nothing for an hour how far it has got, and no other', async () => {
  const house = new SessionHouse();
  await house.writer.append(5);
  const { socket, output, connection } = connect(house);
  const plain = connect(house);
  socket.say({ type: 'subscribe', channel: 'host/h5', grep: 'never' });
  plain.socket.say({ type: 'subscribe', channel: 'host/h5' });
  for (let minute = 0; minute < 60; minute += 1) {
    await house.writer.append(10);
    for (let time = 0; time < 4; time += 1) {
      await house.clock.advance(15_000);
      for (const each of [connection, plain.connection]) each.beat(house.clock.now());
      for (const each of [socket, plain.socket]) each.emit('pong', Buffer.alloc(0));
    }
  }
  expect(output.of('records')).toEqual([]);
  expect(output.of('position').length).toBeGreaterThanOrEqual(59);
  expect(output.of('position').at(-1)).toEqual({
    type: 'position',
    channel: 'host/h5',
    position: formatPosition(house.writer.head ?? expect.fail()),
  });
  expect(plain.output.of('position')).toEqual([]);
  expect(socket.pings).toBeGreaterThanOrEqual(200);
});

it('parts from a client that does not answer its pings', async () => {
  const house = new SessionHouse();
  const { connection, output, isClosed } = connect(house);
  for (const wait of [14_000, 14_000]) {
    await house.clock.advance(wait);
    connection.beat(house.clock.now());
  }
  await house.clock.settle();
  expect([output.destroyed, isClosed()]).toEqual([true, true]);
});

it('does not hear a client that takes nothing, and goes on with it when it does', async () => {
  const house = new SessionHouse();
  await house.writer.append(1);
  const { socket, output, connection } = connect(house);
  socket.say({ type: 'subscribe', channel: 'host/h5' });
  await house.clock.settle();
  output.reads = false;
  for (let time = 0; time < 50; time += 1) {
    await house.writer.append(500);
    await house.clock.settle();
  }
  expect(socket.isPaused).toBe(true);
  expect(connection.stuckSince).toBeDefined();
  expect(output.writableLength).toBeLessThan(512 * 1024);
  output.readOn();
  await house.clock.settle();
  expect(socket.isPaused).toBe(false);
  const records = output.of('records').flatMap(({ records: some }) => some);
  expect(records).toHaveLength(25_001);
});

it('writes the same bytes to all who follow a channel', async () => {
  const house = new SessionHouse();
  const frames = new RecordsFrames();
  const both = [connect(house, frames), connect(house, frames)];
  for (const { socket } of both) socket.say({ type: 'subscribe', channel: 'host/h5', tail: 0 });
  await house.clock.settle();
  await house.writer.append(5);
  await house.clock.settle();
  expect(both[0]?.output.chunks.at(-1)).toBe(both[1]?.output.chunks.at(-1));
});

it('leaves nothing behind', async () => {
  const house = new SessionHouse();
  await house.writer.append(1);
  const { socket, output, connection } = connect(house);
  socket.say({ type: 'subscribe', channel: 'host/h5' });
  socket.say({ type: 'subscribe', channel: '*/*' });
  await house.clock.advance(3_000);
  connection.close('drain');
  expect(output.of('closing')).toEqual([{ type: 'closing', reason: 'drain' }]);
  expect(socket.closedWith).toBe(1001);
  await house.clock.advance(31_000);
  expect([house.feeds.size, house.broker.followers, house.clock.timers]).toEqual([0, 0, 0]);
});
