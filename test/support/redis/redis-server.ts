import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis, type RedisOptions } from 'ioredis';
import { until } from '../until.ts';
import { makeCertificate, type Certificate } from './certificate.ts';
import { removeFolder, serverFolder } from '../process-reaper.ts';
import { redisConfig, type RedisSettings } from './redis-config.ts';
import type { ServerProcess, ServerSite } from './server-process.ts';

/** How long a server may take to answer; far more than it ever should. */
const ANSWER_MS = 30_000;
const RETRY_MS = 20;

/** Its replies are those of all the other clients. */
export type ClientOptions = Omit<RedisOptions, 'replyMapping'>;

/** What a server had stored at some time. */
export interface DataCopy {
  readonly folder: string;
}

/** Asked anything, a paused server lets one wait until it is resumed, and one that is down until it is started. */
export type ServerStatus = 'up' | 'paused' | 'down';

interface Birth extends RedisSettings {
  readonly port: number;
  /** Behind the configuration file on the command line. */
  readonly args?: readonly string[];
  /** What is in its data folder before it runs for the first time, by name. */
  readonly files?: Readonly<Record<string, string>>;
}

/** A real Redis of a test's own, and all that may happen to one. Gone with its files when it is disposed of. */
export class RedisServer implements AsyncDisposable {
  readonly host = '127.0.0.1';
  readonly port: number;
  /** What a client must trust where it speaks TLS: PEM. */
  readonly ca: string | undefined;
  /** For what a test does behind the back of what it tests. It waits while the server is away, and goes on when it is back. */
  readonly admin: Redis;
  readonly #folder: string;
  readonly #settings: Birth;
  readonly #process: ServerProcess;
  #status: ServerStatus = 'down';

  private constructor(settings: Birth, folder: string, process: ServerProcess, certificate: Certificate | undefined) {
    const { port, password } = settings;
    this.port = port;
    this.ca = certificate?.ca;
    this.#settings = settings;
    this.#folder = folder;
    this.#process = process;
    this.admin = this.#newClient(password === undefined ? {} : { password });
  }

  /** Runs it at the site, and resolves when it answers. */
  static async start(site: ServerSite, settings: Birth): Promise<RedisServer> {
    const folder = serverFolder();
    const data = join(folder, 'data');
    await mkdir(data);
    await settings.prepareData?.(data);
    const certificate = settings.tls === true ? await makeCertificate(folder) : undefined;
    const { port, args = [], files = {} } = settings;
    for (const [name, content] of Object.entries(files)) await writeFile(join(data, name), content);
    const file = join(folder, 'redis.conf');
    const lines = redisConfig(settings, { port, bind: site.bind, folder: data, certificate });
    await writeFile(file, lines.map((line) => `${line}\n`).join(''));
    const server = new RedisServer(settings, folder, site.server([file, ...args], folder, port), certificate);
    try {
      await server.start();
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw error;
    }
    return server;
  }

  /** With user and password, and `rediss:` for TLS. */
  get url(): string {
    return this.urlAt(this.port);
  }

  /** The same for a link to it that has this port. */
  urlAt(port: number): string {
    const { user, password } = this.#settings;
    const who = credentials(user?.name ?? '', user?.password ?? password);
    return `redis${this.ca === undefined ? '' : 's'}://${who}${this.host}:${port}`;
  }

  get status(): ServerStatus {
    return this.#status;
  }

  /** A client of one's own, with the rights of the URL; whoever asks for it disconnects it. */
  client(options: ClientOptions = {}): Redis {
    const { user, password } = this.#settings;
    if (user) return this.#newClient({ username: user.name, password: user.password, ...options });
    return this.#newClient({ ...(password !== undefined && { password }), ...options });
  }

  /** Runs it again after `stop` or `kill`, on the same port and with what it has stored. */
  async start(): Promise<void> {
    await this.#process.start();
    this.#status = 'up';
    const over = this.#process.ended.then(() => {
      this.#status = 'down';
      return 'has ended' as const;
    });
    const settled = new AbortController();
    const answer = await Promise.race([
      this.admin.ping(),
      over,
      sleep(ANSWER_MS, 'has not answered' as const, { signal: settled.signal }),
    ]).finally(() => settled.abort());
    if (answer !== 'PONG') throw new Error(`the server ${answer}: ${await this.#process.output()}`);
  }

  /** Asks it to end, as an operator does, and waits. */
  async stop(): Promise<void> {
    await this.#process.end('SIGTERM');
  }

  /** As `kill -9`, or a machine that is gone. */
  async kill(): Promise<void> {
    await this.#process.end('SIGKILL');
  }

  /** Ends it, politely or not, and runs it again. Without AOF it has forgotten everything then. */
  async restart(how: 'stop' | 'kill' = 'stop'): Promise<void> {
    await this[how]();
    await this.start();
  }

  /** Stops it as SIGSTOP does: connections stay open, nothing is answered. */
  async pause(): Promise<void> {
    await this.#process.pause();
    if (this.#status === 'up') this.#status = 'paused';
  }

  async resume(): Promise<void> {
    await this.#process.resume();
    if (this.#status === 'paused') this.#status = 'up';
  }

  /** Copies what is in the append-only file now. */
  async copyData(): Promise<DataCopy> {
    if (this.#settings.aof !== true) throw new Error('only a server with AOF has data that can be copied');
    const folder = join(this.#folder, `copy-${(await readdir(this.#folder)).length}`);
    await this.pause();
    try {
      await cp(join(this.#folder, 'data'), folder, { recursive: true });
    } finally {
      await this.resume();
    }
    return { folder };
  }

  /** Kills it and runs it again with an older copy of its data: all that was written since is forgotten. */
  async restartFrom(copy: DataCopy): Promise<void> {
    await this.kill();
    const data = join(this.#folder, 'data');
    // The folder itself may be where something is mounted.
    for (const name of await readdir(data)) await rm(join(data, name), { recursive: true });
    await cp(copy.folder, data, { recursive: true });
    await this.start();
  }

  async flushAll(): Promise<void> {
    await this.admin.flushall();
  }

  /** Closes the connections of all clients but `admin`; resolves with how many there were. */
  async killClients(): Promise<number> {
    const kill = (type: string): Promise<unknown> => this.admin.call('CLIENT', 'KILL', 'TYPE', type);
    const counts = [await kill('normal'), await kill('pubsub')];
    return counts.map(Number).reduce((sum, count) => sum + count, 0);
  }

  /** The fields of a section of `INFO`. */
  async info(section: string): Promise<ReadonlyMap<string, string>> {
    const text = await this.admin.info(section);
    return new Map(
      text.split('\r\n').flatMap((line) => {
        const colon = line.indexOf(':');
        return colon < 0 ? [] : [[line.slice(0, colon), line.slice(colon + 1)] as const];
      }),
    );
  }

  /** Waits until a field of `INFO` has this value. */
  async reports(section: string, field: string, value: string, limitMs = ANSWER_MS): Promise<void> {
    let seen: string | undefined;
    await until(
      async () => (seen = (await this.info(section)).get(field)) === value,
      () => `${field} of ${this.port} is ${value}; it was ${seen ?? 'not there'}`,
      limitMs,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.admin.disconnect();
    await this.#process.remove();
    removeFolder(this.#folder);
  }

  #newClient(options: ClientOptions): Redis {
    const client = new Redis({
      host: this.host,
      port: this.port,
      ...(this.ca !== undefined && { tls: { ca: this.ca } }),
      lazyConnect: true,
      maxRetriesPerRequest: null,
      retryStrategy: () => RETRY_MS,
      ...options,
    });
    // It is tried again, and whoever waits for an answer has a limit.
    client.on('error', () => undefined);
    return client;
  }
}

function credentials(name: string, password: string | undefined): string {
  return password === undefined ? '' : `${encodeURIComponent(name)}:${encodeURIComponent(password)}@`;
}
