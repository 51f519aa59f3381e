import { parseChannel, type ServerFrame } from '@tailgate/protocol';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { CHANNEL } from './testing/fake-gateway.js';
import { connect, type ConnectOptions, type Entry, type Subscription } from './index.js';
import { greeting, line, streaming, TestServer, type Answers } from './testing/test-server.js';

const FAST: ConnectOptions = { backOff: { firstMs: 5, mostMs: 20 } };

const WELCOME: readonly ServerFrame[] = [
  { type: 'welcome', replica: 'a', version: 1 },
  { type: 'subscribed', channel: CHANNEL, cursor: '1-0', first: null, last: null },
  { type: 'live', channel: CHANNEL },
];

afterEach(() => vi.restoreAllMocks());

/** A subscription that collects what it is given. */
function collect(url: string, options: ConnectOptions, what = {}, channels: string | string[] = 'host/h5') {
  const log = connect(url, { ...FAST, ...options }).subscribe(channels, what);
  const entries: Entry[] = [];
  const phases: string[] = [];
  log.on('state', ({ phase }) => phases.push(phase));
  log.on('entries', (some) => entries.push(...some));
  return { log, entries, phases, [Symbol.dispose]: () => log.close() };
}

async function closed(log: Subscription): Promise<string | undefined> {
  await vi.waitFor(() => expect(log.state.phase).toBe('closed'), { timeout: 20_000 });
  return log.state.phase === 'closed' ? log.state.error?.code : undefined;
}

async function until(condition: () => boolean): Promise<void> {
  await vi.waitFor(() => expect(condition()).toBe(true), { timeout: 20_000 });
}

function records(first: string, ...lines: readonly string[]): ServerFrame {
  return { type: 'records', channel: CHANNEL, first, records: lines.map((text) => ({ line: text, time: Date.now() })) };
}

describe('over events', () => {
  it('goes on behind the last record, and counts what came again', async () => {
    await using server = await TestServer.start({
      http: (response, _, number) => {
        streaming(response).write(greeting({ 'host/h5': '1-0' }) + line('1-1') + line('1-2'));
        if (number === 0) response.end();
        else response.write(line('1-3'));
      },
    });
    using it = collect(`${server.url}/base`, { transport: 'sse' }, { tail: 7 });
    await until(() => it.entries.length === 3);
    expect(it.entries.map(({ position }) => position)).toEqual(['1-1', '1-2', '1-3']);
    expect(server.requests.map(({ path }) => path)).toEqual(['/base/api/stream', '/base/api/stream']);
    expect(server.requests.map(({ query }) => String(query))).toEqual([
      'channel=host%2Fh5&tail=7&batch=1',
      'channel=host%2Fh5&after=1-2&batch=1',
    ]);
    expect(it.log.statistics).toMatchObject({ received: 3, duplicates: 2, reconnects: 1, gaps: 0 });
    expect(it.log.statistics.latency).toBeLessThan(10_000);
  });

  it('reads back a number that was left out', async () => {
    await using server = await TestServer.start({
      http: (response, _, number) => {
        const rest = number === 0 ? [line('1-1'), line('1-3')] : [line('1-2'), line('1-3')];
        streaming(response).write(greeting({ 'host/h5': '1-0' }) + rest.join(''));
      },
    });
    using it = collect(server.url, { transport: 'sse' });
    await until(() => it.entries.length === 3);
    expect(it.entries.map(({ position }) => position)).toEqual(['1-1', '1-2', '1-3']);
    expect(server.requests[1]?.query.get('after')).toBe('1-1');
  });

  it('reports what it can not have, after asking three times more', async () => {
    await using server = await TestServer.start({
      http: (response) => streaming(response).write(greeting({ 'host/h5': '1-0' }) + line('1-3')),
    });
    using it = collect(server.url, { transport: 'sse' });
    await until(() => it.entries.length === 2);
    const gap = { type: 'gap', reason: 'missing', from: '1-1', to: '1-2', lost: 2, position: '1-2' };
    expect(it.entries).toMatchObject([gap, { type: 'log', position: '1-3' }]);
    expect(server.requests).toHaveLength(4);
    expect(it.log.statistics).toMatchObject({ gaps: 1, lost: 2 });
  });

  it('resumes several channels by their vector, in the order of the URL', async () => {
    const placed = (channel: string, id: string) =>
      `id: 9-9,9-9\nevent: lines\ndata: ${JSON.stringify([{ line: id, time: 1, channel, id }])}\n\n`;
    await using server = await TestServer.start({
      http: (response, _, number) => {
        const cursors = { 'host/b': '2-4', 'host/a': '1-0' };
        streaming(response).write(greeting(cursors) + placed('host/a', '1-1') + placed('host/b', '2-5'));
        if (number === 0) response.end();
      },
    });
    using it = collect(server.url, { transport: 'sse' }, {}, ['host/b', 'host/a']);
    await until(() => server.requests.length === 2);
    expect(String(server.requests[1]?.query)).toBe('channel=host%2Fb&channel=host%2Fa&after=2-5%2C1-1&batch=1');
    expect(it.entries.map(({ channel, position }) => [channel, position])).toEqual([
      ['host/a', '1-1'],
      ['host/b', '2-5'],
    ]);
  });

  it('with a filter takes numbers with holes, and moves with the pings', async () => {
    await using server = await TestServer.start({
      http: (response, _, number) => {
        const ping = 'id: 1-90\nevent: ping\ndata: {"time":1}\n\n';
        streaming(response).write(greeting({ 'host/h5': '1-0' }) + line('1-3') + line('1-7') + ping);
        if (number === 0) response.end();
      },
    });
    using it = collect(server.url, { transport: 'sse' }, { grep: 'a&b', grepFlags: 'i', invert: true });
    await until(() => server.requests.length === 2);
    expect(it.entries.map(({ position }) => position)).toEqual(['1-3', '1-7']);
    const [first, second] = server.requests.map(({ query }) => Object.fromEntries(query));
    expect(first).toEqual({ channel: 'host/h5', grep: 'a&b', grep_flags: 'i', invert: '1', batch: '1' });
    expect(second).toMatchObject({ after: '1-90' });
  });

  it.each([
    ['too-many', true],
    ['drain', false],
  ] as const)('comes back after `closing` %s; no sooner than asked: %s', async (reason, waits) => {
    await using server = await TestServer.start({
      http: (response, _, number) => {
        if (number > 0) streaming(response).write(greeting({ 'host/h5': '1-0' }));
        else streaming(response).end(`retry: 300\n\nevent: closing\ndata: {"reason":"${reason}"}\n\n`);
      },
    });
    using it = collect(server.url, { transport: 'sse' });
    let wait = 0;
    it.log.on('state', (state) => {
      if (state.phase === 'disconnected') wait = state.retryAt - Date.now();
    });
    await until(() => it.log.state.phase === 'live');
    expect(wait > 250).toBe(waits);
  });

  it('while it is paused nothing is read and nothing is lost, and silence means nothing', async () => {
    let send: ((text: string) => void) | undefined;
    await using server = await TestServer.start({
      http: (response, _, number) => {
        streaming(response).write(greeting({ 'host/h5': '1-0' }) + line('1-1'));
        if (number === 0) send = (text) => response.write(text);
      },
    });
    using it = collect(server.url, { transport: 'sse', silenceMs: 150 });
    await until(() => it.entries.length === 1);
    it.log.pause();
    expect(it.log.isPaused).toBe(true);
    send?.(line('1-2'));
    await until(() => it.entries.length === 2);
    send?.(line('1-3') + line('1-4'));
    // One that is not paused gives up its silent connection twice in the meantime.
    using other = collect(server.url, { transport: 'sse', silenceMs: 150 });
    await until(() => other.phases.filter((phase) => phase === 'disconnected').length >= 2);
    expect(it.entries).toHaveLength(2);
    it.log.resume();
    await until(() => it.entries.length === 4);
    expect(it.phases.filter((phase) => phase === 'connecting')).toHaveLength(1);
    expect(it.phases).not.toContain('disconnected');
  });

  it('gives up a connection on which nothing is heard', async () => {
    await using server = await TestServer.start({
      http: (response, _, number) => {
        if (number === 1) streaming(response).write(greeting({ 'host/h5': '1-0' }));
        else streaming(response).flushHeaders();
      },
    });
    using it = collect(server.url, { transport: 'sse', silenceMs: 100 });
    await until(() => it.phases.includes('live'));
    expect(it.phases).toEqual(['connecting', 'disconnected', 'connecting', 'open', 'live']);
  });

  it.each([
    [400, 'bad_query', 'never'],
    [403, 'forbidden', 'never'],
    [404, 'not_found', 'never'],
    [503, 'unavailable', 'back-off'],
    [429, 'too_many_requests', 'back-off'],
  ])('an answer %i %s: %s', async (status, code, retry) => {
    await using server = await TestServer.start({
      http: (response, _, number) => {
        if (number > 0) streaming(response).write(greeting({ 'host/h5': '1-0' }));
        else response.writeHead(status).end(JSON.stringify({ code, status, title: 't', detail: 'why' }));
      },
    });
    using it = collect(server.url, { transport: 'sse' });
    if (retry === 'never') {
      expect(await closed(it.log)).toBe(code);
      expect(it.log.state).toMatchObject({ error: { message: 'why' } });
    } else {
      await until(() => it.log.state.phase === 'live');
    }
  });

  it('does not take a page for a stream', async () => {
    await using server = await TestServer.start({
      http: (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>'),
    });
    using it = collect(server.url, { transport: 'sse' });
    expect(await closed(it.log)).toBe('not_a_stream');
  });
});

describe('over a WebSocket', () => {
  const answering = (socket: NonNullable<Answers['socket']>) => TestServer.start({ socket });

  it.each([
    [1001, 'back-off'],
    [1011, 'back-off'],
    [1012, 'back-off'],
    [4408, 'back-off'],
    [4429, 'back-off'],
    [4999, 'back-off'],
    [1009, 'too_large'],
    [4400, 'bad_request'],
    [4403, 'forbidden'],
  ])('close code %i: %s', async (code, outcome) => {
    await using server = await answering((peer, { type }, number) => {
      if (type !== 'subscribe') return;
      peer.send(...WELCOME);
      if (number === 0) peer.close(code, 'because');
    });
    using it = collect(server.url, { transport: 'websocket' });
    if (outcome === 'back-off') await until(() => server.sockets.length === 2 && it.log.state.phase === 'live');
    else expect(await closed(it.log)).toBe(outcome);
  });

  it('4401 once with a new token, and a new ticket for each dial', async () => {
    let tokens = 0;
    await using server = await TestServer.start({
      http: (response, _, number) => response.end(JSON.stringify({ ticket: `t${number}`, expiresAt: 1 })),
      socket: (peer) => peer.close(4401),
    });
    using it = collect(server.url, { transport: 'websocket', token: () => `token${(tokens += 1)}` });
    expect(await closed(it.log)).toBe('unauthorized');
    expect(server.requests.map(({ headers, body }) => [headers.authorization, body])).toEqual([
      ['Bearer token1', '{"channels":["host/h5"]}'],
      ['Bearer token2', '{"channels":["host/h5"]}'],
    ]);
    expect(server.sockets.map(({ url }) => url)).toEqual(['/ws?ticket=t0', '/ws?ticket=t1']);
  });

  it('subscribes as asked, resumes from the last record, and a pattern from all that it knows', async () => {
    await using server = await answering((peer, { type }, number) => {
      if (type !== 'subscribe') return;
      peer.send(...WELCOME, records('1-1', 'a', 'b'));
      if (number === 0) peer.close(1012);
    });
    using one = collect(server.url, { transport: 'websocket' }, { since: '15m', tail: 3, grep: 'x' });
    await until(() => server.sockets[1]?.peer.frames.length === 1);
    one.log.close();
    using all = collect(server.url, { transport: 'websocket' }, { tail: 3 }, 'host/*');
    await until(() => server.sockets[2]?.peer.frames.length === 1);
    all.log.reconnect();
    await until(() => server.sockets[3]?.peer.frames.length === 1);
    expect(server.sockets.map(({ peer }) => peer.frames[0])).toEqual([
      { type: 'subscribe', channel: 'host/h5', since: '15m', tail: 3, grep: 'x' },
      { type: 'subscribe', channel: 'host/h5', after: '1-2', grep: 'x' },
      { type: 'subscribe', channel: 'host/*', tail: 3 },
      { type: 'subscribe', channel: 'host/*', cursors: { 'host/h5': '1-2' } },
    ]);
  });

  it('a gap without a position leads wherever the next record is', async () => {
    await using server = await answering((peer, { type }) => {
      if (type !== 'subscribe') return;
      const gap = { type: 'gap', channel: CHANNEL, from: null, to: null, lost: null, reason: 'epoch' } as const;
      peer.send(...WELCOME, records('1-1', 'a'), gap, records('7-4', 'b', 'c'));
    });
    using it = collect(server.url, { transport: 'websocket' });
    await until(() => it.entries.length === 4);
    expect(it.entries.map(({ type, position }) => `${type} ${position}`)).toEqual([
      'log 1-1',
      'gap 1-1',
      'log 7-4',
      'log 7-5',
    ]);
  });

  it('behind a gap that names nothing is told where the epoch before was closed', async () => {
    await using server = await answering((peer, { type }) => {
      if (type !== 'subscribe') return;
      const gap = {
        type: 'gap',
        channel: CHANNEL,
        from: null,
        to: null,
        lost: null,
        reason: 'epoch',
        id: '7-0',
      } as const;
      const epoch = { type: 'epoch', channel: CHANNEL, closed: '1-1', opened: '7-0', id: '7-0' } as const;
      peer.send(...WELCOME, records('1-1', 'a', 'b'), gap, epoch, records('7-1', 'b'), epoch);
    });
    using it = collect(server.url, { transport: 'websocket' });
    await until(() => it.entries.length >= 5);
    expect(it.entries.map(({ type, position }) => `${type} ${position}`)).toEqual([
      'log 1-1',
      'log 1-2',
      'gap 7-0',
      'epoch 7-0',
      'log 7-1',
    ]);
    expect(it.entries[3]).toMatchObject({ closed: '1-1' });
  });

  it('a reader that is busy holds the server back, and so does pause', async () => {
    const big = 'x'.repeat(100_000);
    await using server = await answering((peer, { type }) => {
      if (type === 'subscribe') peer.send(...WELCOME, records('1-1', ...Array<string>(50).fill(big)));
    });
    using log = connect(server.url, { ...FAST, transport: 'websocket' }).subscribe('host/h5');
    const reader = log[Symbol.asyncIterator]();
    const said = () => server.sockets[0]?.peer.frames.map(({ type }) => type).slice(1);
    await until(() => said()?.length === 1);
    expect(said()).toEqual(['pause']);
    for (let count = 0; count < 50; count += 1) await reader.next();
    await until(() => said()?.length === 2);
    log.pause();
    log.resume();
    await until(() => said()?.length === 4);
    expect(said()).toEqual(['pause', 'resume', 'pause', 'resume']);
  });

  it('is live when the last of several channels is, also where the first is before the next is subscribed to', async () => {
    await using server = await answering((peer, frame) => {
      if (frame.type !== 'subscribe') return;
      const channel = frame.channel === 'host/h5' ? CHANNEL : parseChannel('host/h6');
      if (!channel) return;
      if (channel === CHANNEL) peer.send({ type: 'welcome', replica: 'a', version: 1 });
      peer.send({ type: 'subscribed', channel, cursor: '1-0', first: null, last: null });
      peer.send({ type: 'records', channel, first: '1-1', records: [{ line: channel, time: 1 }] });
      peer.send({ type: 'live', channel });
    });
    using it = collect(server.url, { transport: 'websocket' }, {}, ['host/h5', 'host/h6']);
    const before: number[] = [];
    it.log.on('state', ({ phase }) => {
      if (phase === 'live') before.push(it.entries.length);
    });
    await until(() => it.log.state.phase === 'live');
    expect(before).toEqual([2]);
    expect(it.phases).toEqual(['connecting', 'open', 'live']);
  });

  it('says how long a ping took, and sends none where there is no connection', async () => {
    await using server = await answering((peer, frame) => {
      if (frame.type === 'subscribe') peer.send(...WELCOME);
      if (frame.type === 'ping') peer.send({ type: 'pong', time: frame.time - 5 });
    });
    using it = collect(server.url, { transport: 'websocket' });
    const took: number[] = [];
    it.log.on('ping', (milliseconds) => took.push(milliseconds));
    it.log.ping();
    await until(() => it.log.state.phase === 'live');
    expect(server.sockets[0]?.peer.frames.map(({ type }) => type)).toEqual(['subscribe']);
    it.log.ping();
    await until(() => took.length === 1);
    expect(took[0]).toBeGreaterThanOrEqual(5);
    expect(it.log.statistics.roundTrip).toBe(took[0]);
  });

  it('with an empty token asks for a ticket with whatever the browser sends by itself', async () => {
    await using server = await TestServer.start({
      http: (response) => response.end('{"ticket":"t","expiresAt":1}'),
      socket: (peer, { type }) => {
        if (type === 'subscribe') peer.send(...WELCOME);
      },
    });
    using it = collect(server.url, { transport: 'websocket', token: '' });
    await until(() => it.log.state.phase === 'live');
    expect(server.requests.map(({ headers, body }) => [headers.authorization, body])).toEqual([
      [undefined, '{"channels":["host/h5"]}'],
    ]);
    expect(server.sockets.map(({ url }) => url)).toEqual(['/ws?ticket=t']);
  });

  it('an error frame ends it, with the sentence of the server', async () => {
    await using server = await answering((peer) => {
      peer.send({ type: 'error', code: 'bad_query', message: 'grep is wrong' });
    });
    using it = collect(server.url, { transport: 'websocket' });
    expect(await closed(it.log)).toBe('bad_query');
    expect(it.log.state).toMatchObject({ error: { message: 'grep is wrong' } });
  });
});

describe('without a choice', () => {
  it('takes events where no WebSocket comes through, and stays with what has worked', async () => {
    await using server = await TestServer.start({
      http: (response, _, number) => {
        streaming(response).write(greeting({ 'host/h5': '1-0' }));
        if (number === 0) response.end();
      },
    });
    using it = collect(server.url, {});
    await until(() => server.requests.length === 2 && it.log.state.phase === 'live');
    expect(it.phases.slice(0, 6)).toEqual(['connecting', 'disconnected', 'connecting', 'open', 'live', 'disconnected']);
    expect(it.log.state).toMatchObject({ transport: 'sse' });
  });

  it('takes a WebSocket where there is one', async () => {
    await using server = await TestServer.start({ socket: (peer) => peer.send(...WELCOME) });
    using it = collect(server.url, {});
    await until(() => it.log.state.phase === 'live');
    expect(it.log.state).toMatchObject({ transport: 'websocket' });
  });
});

describe('a subscription', () => {
  const serving: Answers = {
    http: (response) => streaming(response).write(greeting({ 'host/h5': '1-0' }) + line('1-1') + line('1-2')),
  };

  it('sends its token as a header, tries another once, and then gives up', async () => {
    let tokens = 0;
    await using server = await TestServer.start({ http: (response) => response.writeHead(401).end() });
    using it = collect(server.url, { transport: 'sse', token: () => Promise.resolve(`t${(tokens += 1)}`) });
    expect(await closed(it.log)).toBe('http_401');
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer t1', 'Bearer t2']);
  });

  it.each(['sse', 'websocket'] as const)(
    'over %s never tells of a token that is none; a gateway does',
    async (transport) => {
      await using server = await TestServer.start({ http: (response) => response.writeHead(401).end() });
      using it = collect(server.url, { transport, token: ' secret\nsecond \u20ac\n' });
      expect(await closed(it.log)).toBe('http_401');
      expect(server.requests.map(({ headers }) => headers.authorization)).toContain(
        'Bearer secret%0Asecond%20%E2%82%AC',
      );
    },
  );

  it('is iterated in order; leaving the loop closes it, and the connection', async () => {
    await using server = await TestServer.start(serving);
    const log = connect(server.url, { transport: 'sse' }).subscribe('host/h5');
    expect(log.state.phase).toBe('idle');
    const lines: string[] = [];
    for await (const entry of log) {
      if (entry.type === 'log') lines.push(entry.line);
      if (lines.length === 2) break;
    }
    expect(lines).toEqual(['line 1-1', 'line 1-2']);
    expect(log.state).toEqual({ phase: 'closed' });
    for await (const entry of log) expect(entry).toBeUndefined();
  });

  it('throws to its reader what the server refuses for good', async () => {
    await using server = await TestServer.start({ http: (response) => response.writeHead(403).end() });
    const log = connect(server.url, { transport: 'sse' }).subscribe('host/h5');
    await expect(log[Symbol.asyncIterator]().next()).rejects.toMatchObject({ name: 'ClientError', code: 'http_403' });
  });

  it('ends with a signal, also amid a pause between dials, and dials no more', async () => {
    const abort = new AbortController();
    await using server = await TestServer.start({ http: (response) => response.writeHead(503).end() });
    const backOff = { firstMs: 1e7, mostMs: 1e7 };
    const log = connect(server.url, { transport: 'sse', backOff, signal: abort.signal }).subscribe('host/h5');
    const ended = log[Symbol.asyncIterator]().next();
    await until(() => log.state.phase === 'disconnected');
    abort.abort();
    expect(await ended).toEqual({ done: true, value: undefined });
    expect(log.state).toEqual({ phase: 'closed' });
    expect(server.requests).toHaveLength(1);
  });

  it('dials at once when asked to', async () => {
    await using server = await TestServer.start({
      http: (response, seen, number) => {
        if (number === 0) response.writeHead(503).end();
        else serving.http?.(response, seen, number);
      },
    });
    using it = collect(server.url, { transport: 'sse', backOff: { firstMs: 1e7, mostMs: 1e7 } });
    await until(() => it.log.state.phase === 'disconnected');
    it.log.reconnect();
    await until(() => it.log.state.phase === 'live');
  });

  it.each([
    ['nope', {}],
    ['host/h5', { after: '1' }],
    ['host/*', { after: { nope: '1-1' } }],
  ])('of %j %j is a TypeError', (channel, options) => {
    expect(() => connect('http://x').subscribe(channel, options)).toThrow(TypeError);
  });
});
