import { getuid, getgid } from 'node:process';
import { GenericContainer, Wait, getContainerRuntimeClient, type StartedTestContainer } from 'testcontainers';
import type { ServerProcess, ServerSite } from './server-process.ts';

type Engine = Awaited<ReturnType<typeof getContainerRuntimeClient>>;
/** What the engine can do with one container, beyond what testcontainers makes of it. */
type Handle = ReturnType<Engine['container']['getById']>;

/** Servers as containers of an image. Their ports are published on loopback only, under the same numbers inside and outside. */
export class ContainerSite implements ServerSite {
  readonly bind = '0.0.0.0';
  readonly name: string;
  readonly #program: string;
  #network: StartedTestContainer | undefined;

  private constructor(image: string, program: string) {
    this.name = image;
    this.#program = program;
  }

  /**
   * `shared`: the ports of servers that must reach each other. Their containers share one network, in which each is at 127.0.0.1, as it
   * is for the test; so what servers tell of their addresses is true on both sides.
   */
  static async open(image: string, program: string, shared: readonly number[]): Promise<ContainerSite> {
    const site = new ContainerSite(image, program);
    if (shared.length > 0)
      site.#network = await new LoopbackContainer(image)
        .withEntrypoint(['sleep', 'infinity'])
        .withExposedPorts(...shared.map((port) => ({ container: port, host: port })))
        .withWaitStrategy(Wait.forSuccessfulCommand('true'))
        .start();
    return site;
  }

  server(args: readonly string[], folder: string, port: number): ServerProcess {
    const container = new LoopbackContainer(this.name)
      .withEntrypoint([this.#program, ...args])
      .withBindMounts([{ source: folder, target: folder }])
      // It says something when it runs, and when it can't.
      .withWaitStrategy(Wait.forLogMessage(/./));
    // Its files belong to whoever runs the test.
    if (getuid && getgid) container.withUser(`${getuid()}:${getgid()}`);
    if (this.#network) container.withNetworkMode(`container:${this.#network.getId()}`);
    else container.withExposedPorts({ container: port, host: port });
    return new ContainerServer(container);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#network?.stop({ timeout: 0 });
  }
}

class LoopbackContainer extends GenericContainer {
  #id: string | undefined;

  /** There is one as soon as the engine has made it, whether or not it comes to run. */
  created(engine: Engine['container']): Handle | undefined {
    return this.#id === undefined ? undefined : engine.getById(this.#id);
  }

  // testcontainers publishes ports on every address of the machine.
  protected override async beforeContainerCreated(): Promise<void> {
    this.hostConfig.PortBindings = Object.fromEntries(
      this.exposedPorts.map((port) => {
        if (typeof port !== 'object') throw new Error('a port of the test has its number on both sides');
        return [`${port.container}/tcp`, [{ HostIp: '127.0.0.1', HostPort: String(port.host) }]];
      }),
    );
    return Promise.resolve();
  }

  protected override async containerCreated(id: string): Promise<void> {
    this.#id = id;
    return Promise.resolve();
  }
}

class ContainerServer implements ServerProcess {
  ended: Promise<void> = Promise.resolve();
  readonly #container: LoopbackContainer;
  #handle: Handle | undefined;
  #paused = false;

  constructor(container: LoopbackContainer) {
    this.#container = container;
  }

  async start(): Promise<void> {
    await (this.#handle?.start() ?? this.#startFirst());
    // Where the engine can't say any more, it is over too.
    this.ended = Promise.resolve(this.#handle?.wait()).then(
      () => undefined,
      () => undefined,
    );
  }

  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (!(await this.#isRunning())) return;
    // The engine itself wakes whom it kills.
    if (signal === 'SIGTERM') await this.resume();
    this.#paused = false;
    await this.#handle?.kill({ signal });
    await this.ended;
  }

  async pause(): Promise<void> {
    if (this.#paused) return;
    await this.#handle?.pause();
    this.#paused = true;
  }

  async resume(): Promise<void> {
    if (!this.#paused) return;
    await this.#handle?.unpause();
    this.#paused = false;
  }

  async output(): Promise<string> {
    const log = await this.#handle?.logs({ stdout: true, stderr: true });
    return log ? textOf(log) : '';
  }

  async remove(): Promise<void> {
    await this.#handle?.remove({ force: true, v: true });
    this.#handle = undefined;
    await this.ended;
  }

  /** One that ends at once is one whose ports never were bound, to testcontainers; its log says more, and whoever asks is told that. */
  async #startFirst(): Promise<void> {
    const { container } = await getContainerRuntimeClient();
    try {
      await this.#container.start();
    } catch (error) {
      this.#handle = this.#container.created(container);
      if (this.#handle === undefined || (await this.#isRunning())) throw error;
    }
    this.#handle = this.#container.created(container);
  }

  async #isRunning(): Promise<boolean> {
    const { State } = (await this.#handle?.inspect()) ?? {};
    return State?.Running === true;
  }
}

/** The text in a log as the engine sends it: each piece after eight bytes, of which the last four are its length. */
function textOf(log: Buffer): string {
  let text = '';
  for (let at = 0; at + 8 <= log.length;) {
    const end = at + 8 + log.readUInt32BE(at + 4);
    text += log.toString('utf8', at + 8, end);
    at = end;
  }
  return text;
}
