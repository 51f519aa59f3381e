import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { FaultyLink } from '../support/redis/faulty-link.ts';
import { startRedis } from '../support/redis/start-redis.ts';
import { until } from '../support/until.ts';

/** Answers everything with itself, and remembers what it was sent. */
class EchoServer implements AsyncDisposable {
  received = '';
  open = 0;
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer((socket) => {
    this.open += 1;
    this.#sockets.add(socket);
    socket.on('data', (bytes: Buffer) => {
      this.received += bytes.toString();
      socket.write(bytes);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => (this.open -= 1));
  });

  async listen(): Promise<FaultyLink> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
    return await FaultyLink.to(this.port);
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address ? address.port : 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await once(this.#server, 'close');
  }
}

/** What one side of a connection sees. */
class Caller implements Disposable {
  received = '';
  /** How it ended: the error's code, or `closed`; `undefined` while it is open. */
  ending: string | undefined;
  readonly socket: Socket;

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.on('data', (bytes: Buffer) => (this.received += bytes.toString()));
    this.socket.on('error', (error) => (this.ending = 'code' in error ? String(error.code) : error.message));
    this.socket.on('close', () => (this.ending ??= 'closed'));
  }

  async hears(text: string): Promise<void> {
    await until(
      () => this.received === text,
      () => `${text} came back; it was ${this.received}`,
    );
  }

  async ends(): Promise<string | undefined> {
    await until(
      () => this.ending !== undefined,
      () => 'the connection ends',
    );
    return this.ending;
  }

  [Symbol.dispose](): void {
    this.socket.destroy();
  }
}

test('passes both directions, and their ends', async () => {
  await using echo = new EchoServer();
  await using link = await echo.listen();
  using caller = new Caller(link.port);
  const long = 'x'.repeat(3_000_000);
  caller.socket.write(long);
  await caller.hears(long);
  caller.socket.end();
  expect(await caller.ends()).toBe('closed');
  await until(
    () => link.connections === 0 && echo.open === 0,
    () => 'nothing is left of the connection',
  );
});

test('cut resets both sides; a new connection passes', async () => {
  await using echo = new EchoServer();
  await using link = await echo.listen();
  using caller = new Caller(link.port);
  caller.socket.write('a');
  await caller.hears('a');
  link.cut();
  expect(await caller.ends()).toBe('ECONNRESET');
  using next = new Caller(link.port);
  next.socket.write('b');
  await next.hears('b');
  expect(echo.open).toBe(1);
});

test('refuse resets also new connections, until it passes again', async () => {
  await using echo = new EchoServer();
  await using link = await echo.listen();
  using caller = new Caller(link.port);
  caller.socket.write('a');
  await caller.hears('a');
  link.refuse();
  expect(await caller.ends()).toBe('ECONNRESET');
  using refused = new Caller(link.port);
  expect(await refused.ends()).toBe('ECONNRESET');
  link.pass();
  using next = new Caller(link.port);
  next.socket.write('b');
  await next.hears('b');
  expect(echo.received).toBe('ab');
});

test('a black hole swallows bytes and ends, and says nothing', async () => {
  await using echo = new EchoServer();
  await using link = await echo.listen();
  using stays = new Caller(link.port);
  using leaves = new Caller(link.port);
  for (const caller of [stays, leaves]) {
    caller.socket.write('a');
    await caller.hears('a');
  }
  link.blackHole();
  stays.socket.write('lost');
  leaves.socket.destroy();
  await leaves.ends();
  using late = new Caller(link.port);
  await once(late.socket, 'connect');
  late.socket.write('lost');
  // Once somebody beside the link has been answered, the link has long seen it all.
  using beside = new Caller(echo.port);
  beside.socket.write('b');
  await beside.hears('b');
  expect(echo.received).toBe('aab');
  expect([stays.ending, late.ending, echo.open]).toEqual([undefined, undefined, 4]);

  link.pass();
  expect(await stays.ends()).toBe('ECONNRESET');
  expect(await late.ends()).toBe('ECONNRESET');
  await until(
    () => echo.open === 1,
    () => 'only who is beside the link is connected',
  );
});

test('silence swallows what goes over the connections there are, and passes new ones', async () => {
  await using echo = new EchoServer();
  await using link = await echo.listen();
  using caller = new Caller(link.port);
  caller.socket.write('a');
  await caller.hears('a');
  link.silence();
  caller.socket.write('lost');
  using next = new Caller(link.port);
  next.socket.write('b');
  await next.hears('b');
  expect([echo.received, caller.ending, echo.open]).toEqual(['ab', undefined, 2]);
});

test('delayed pieces arrive later, and in order with what is not delayed any more', async () => {
  await using echo = new EchoServer();
  await using link = await echo.listen();
  using caller = new Caller(link.port);
  link.delay(100);
  const begun = performance.now();
  caller.socket.write('a');
  await until(
    () => echo.received === 'a',
    () => 'the server hears it',
  );
  caller.socket.write('b');
  link.pass();
  caller.socket.write('c');
  await caller.hears('abc');
  expect(performance.now() - begun).toBeGreaterThanOrEqual(100);
});

test('loseReply loses one answer and its connection, and leaves the others alone', async () => {
  await using echo = new EchoServer();
  await using link = await echo.listen();
  using caller = new Caller(link.port);
  using other = new Caller(link.port);
  const lost = link.loseReply('b');
  other.socket.write('a');
  await other.hears('a');
  caller.socket.write('b');
  await lost;
  expect(await caller.ends()).toBe('ECONNRESET');
  expect([caller.received, echo.received]).toEqual(['', 'ab']);
  other.socket.write('b');
  await other.hears('ab');
});

test('a lost reply: the command was carried out, the client saw an error', { timeout: 120_000 }, async () => {
  await using server = await startRedis();
  await using link = await FaultyLink.to(server.port);
  const client = server.client({ port: link.port, retryStrategy: () => null });
  using _ = { [Symbol.dispose]: () => client.disconnect() };
  await client.set('other', '1');

  link.dropReplies('counter');
  expect(await client.get('other')).toBe('1');
  const answer = client.incr('counter').then(
    () => 'answered',
    (error: unknown) => (error instanceof Error ? error.message : ''),
  );
  await link.replyLost();
  link.cut();
  expect(await answer).toMatch(/Connection is closed/);
  expect(await server.admin.get('counter')).toBe('1');
});
