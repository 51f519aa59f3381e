import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Product, TAILER } from '../support/product.ts';
import { FaultyLink } from '../support/redis/faulty-link.ts';
import { freePorts } from '../support/redis/free-ports.ts';
import { roleOf, type MemberName } from './member-name.ts';

type State = 'running' | 'paused' | 'down';

/** Where a member lives. */
export interface MemberPlace {
  /** Of the logs that are followed. */
  readonly folder: string;
  /** Where goes what it says. */
  readonly logs: string;
  readonly redisUrl: string;
  /** libfaketime, by which its clock can be stepped. */
  readonly faketime: string | undefined;
}

/** A tailer or a gateway, which is killed and started again. Viewers reach a gateway through a link, always at the same port. */
export class Member implements AsyncDisposable {
  readonly name: MemberName;
  /** Before a gateway. */
  readonly front: FaultyLink;
  /** Endings that nobody asked for. */
  readonly problems: string[] = [];
  readonly metricsUrl: string;
  readonly #place: MemberPlace;
  readonly #ports: readonly [own: number, metrics: number];
  #product: Product | undefined;
  #state: State = 'down';
  #zone: Readonly<Record<string, string>> = {};

  private constructor(name: MemberName, place: MemberPlace, ports: readonly [number, number], front: FaultyLink) {
    this.name = name;
    this.front = front;
    this.metricsUrl = `http://127.0.0.1:${ports[1]}/metrics`;
    this.#place = place;
    this.#ports = ports;
  }

  static async create(name: MemberName, place: MemberPlace): Promise<Member> {
    const [own = 0, metrics = 0] = await freePorts(2);
    const member = new Member(name, place, [own, metrics], await FaultyLink.to(own));
    member.stepClock(0);
    return member;
  }

  get state(): State {
    return this.#state;
  }

  /** `undefined` where it is down. */
  get pid(): number | undefined {
    return this.#product?.ending === undefined ? this.#product?.pid : undefined;
  }

  /** Where viewers find a gateway, whether it is there or not. */
  get address(): string {
    return `http://127.0.0.1:${this.front.port}`;
  }

  get isListening(): boolean {
    return this.#product?.stdout.includes('Ctrl-C') === true;
  }

  /** The process may take a while until it is ready. */
  start(): void {
    const { folder, redisUrl, faketime } = this.#place;
    const tails = roleOf(this.name) === 'tailer';
    const [port, metrics] = this.#ports;
    const product = new Product({
      folder,
      port,
      ...(tails && { program: TAILER }),
      args: ['--metrics-port', String(metrics), ...(tails ? ['--logs', './{name}.log'] : ['--follow=off'])],
      env: {
        REDIS_URL: redisUrl,
        ...this.#zone,
        ...(faketime !== undefined && clockOf(faketime, this.#clock)),
      },
    });
    this.#product = product;
    this.#state = 'running';
    product.ended.then(
      ({ code }) => {
        if (this.#product === product && this.#state !== 'down') {
          this.problems.push(`${this.name} has ended by itself with ${String(code)}: ${product.stderr.slice(-500)}`);
        }
      },
      (error: unknown) => this.problems.push(String(error)),
    );
  }

  async ready(): Promise<void> {
    await this.#product?.ready();
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** As an operator ends it; the next run is in another time zone, and has another locale. */
  async terminate(zone: Readonly<Record<string, string>>): Promise<void> {
    this.#zone = zone;
    const { name, isListening } = this;
    const ending = await this.#end('SIGTERM');
    // Before it listens nothing listens to the signal either.
    if (isListening && ending !== undefined && ending !== 0) {
      this.problems.push(`${name}, told to stop, has ended with ${String(ending)}`);
    }
  }

  /** Answers what lets it go on, unless it was ended meanwhile. */
  pause(): () => void {
    const product = this.#product;
    signal(product, 'SIGSTOP');
    this.#state = 'paused';
    return () => {
      if (this.#product !== product || product === undefined) return;
      signal(product, 'SIGCONT');
      this.#state = 'running';
    };
  }

  /** Its wall clock is so much ahead from now on (within a second): seconds. */
  stepClock(seconds: number): void {
    writeFileSync(this.#clock, `${seconds < 0 ? '' : '+'}${seconds}\n`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await this.front[Symbol.asyncDispose]();
  }

  get #clock(): string {
    return join(this.#place.logs, `${this.name}.clock`);
  }

  async #end(how: 'SIGKILL' | 'SIGTERM'): Promise<number | null | undefined> {
    const product = this.#product;
    const wasPaused = this.#state === 'paused';
    this.#state = 'down';
    this.#product = undefined;
    if (product === undefined) return undefined;
    if (wasPaused && how === 'SIGTERM') signal(product, 'SIGCONT');
    const { code } = await product.kill(how);
    appendFileSync(`${this.#place.logs}/${this.name}.log`, `${product.stderr}--- ${how}\n`);
    return code;
  }
}

function signal(product: Product | undefined, name: NodeJS.Signals): void {
  if (product !== undefined && product.ending === undefined) process.kill(product.pid, name);
}

/** What libfaketime is told: only the wall clock, and no file's times. */
function clockOf(library: string, file: string): Readonly<Record<string, string>> {
  return {
    LD_PRELOAD: library,
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_CACHE_DURATION: '1',
    FAKETIME_DONT_RESET: '1',
    FAKETIME_DISABLE_SHM: '1',
    DONT_FAKE_MONOTONIC: '1',
    NO_FAKE_STAT: '1',
  };
}
