import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

export interface ContainerState {
  readonly name: string;
  readonly image: string;
  readonly user: string;
  readonly isReadOnly: boolean;
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number;
  /** 0 while it runs. */
  readonly exitCode: number;
}

/** Why Compose can't be used here; `undefined` where it can. */
export async function composeProblem(): Promise<string | undefined> {
  try {
    await run('docker', ['info']);
  } catch {
    return 'no container engine answers';
  }
  try {
    await run('docker', ['compose', 'version']);
    return undefined;
  } catch {
    return 'docker has no Compose v2';
  }
}

/** docker-compose.yml of this repository, under a project, image tags and a port of its own. Disposing of it leaves nothing behind. */
export class ComposeStack implements AsyncDisposable {
  readonly #project = `tailgate-test-${process.pid}`;
  readonly #environment: NodeJS.ProcessEnv;

  constructor(environment: Readonly<Record<string, string>>) {
    this.#environment = { ...process.env, PORT: '0', TAILGATE_TAG: `test-${process.pid}`, ...environment };
  }

  /** `docker compose …`: what it says on stdout. */
  async compose(...args: readonly string[]): Promise<string> {
    const where = { cwd: ROOT, env: this.#environment, maxBuffer: 64 * 1024 ** 2 };
    const { stdout } = await run('docker', ['compose', '-p', this.#project, ...args], where);
    return stdout;
  }

  /** Runs one more container on a network of the stack, which goes with it. */
  async runBeside(network: string, name: string, ...args: readonly string[]): Promise<void> {
    const label = `com.docker.compose.project=${this.#project}`;
    const at = ['--network', `${this.#project}_${network}`, '--label', label, '--name', `${this.#project}-${name}`];
    await this.docker('run', '--detach', ...at, ...args);
  }

  async remove(name: string): Promise<void> {
    await this.docker('rm', '--force', '--volumes', `${this.#project}-${name}`);
  }

  /** The image of one of our targets. */
  image(target: string): string {
    return `tailgate-${target}:${this.#environment['TAILGATE_TAG'] ?? ''}`;
  }

  async docker(...args: readonly string[]): Promise<string> {
    return (await run('docker', [...args])).stdout;
  }

  /** Where the load balancer is published. */
  async url(): Promise<string> {
    return `http://${(await this.compose('port', 'nginx', '8080')).trim()}`;
  }

  /** All containers of a service, also those that have ended. */
  async containers(service: string): Promise<readonly ContainerState[]> {
    const ids = (await this.compose('ps', '-aq', service)).split('\n').filter((id) => id !== '');
    const fields = [
      '.Name',
      '.Config.Image',
      '.Config.User',
      '.HostConfig.ReadonlyRootfs',
      '.State.StartedAt',
      '.State.ExitCode',
    ];
    const format = fields.map((field) => `{{${field}}}`).join(' ');
    const text = await this.docker('inspect', '--format', format, ...ids);
    return text.trim().split('\n').map(parseState);
  }

  /** What is left of the project: nothing, once it is down. */
  async left(): Promise<readonly string[]> {
    const label = `label=com.docker.compose.project=${this.#project}`;
    const of = ['--filter', label, '-q'];
    const kinds = [
      ['ps', '-a', ...of],
      ['network', 'ls', ...of],
      ['volume', 'ls', ...of],
    ];
    const found = await Promise.all(kinds.map((args) => this.docker(...args)));
    return found.flatMap((text) => text.split('\n').filter((line) => line !== ''));
  }

  async down(): Promise<void> {
    await this.compose('--profile', '*', 'down', '--volumes', '--remove-orphans', '--timeout', '30');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.down();
    for (const target of ['gateway', 'tailer', 'cli', 'canary'])
      await this.docker('image', 'rm', `tailgate-${target}:test-${process.pid}`).catch(() => undefined);
  }
}

function parseState(line: string): ContainerState {
  const [name = '', image = '', user = '', isReadOnly = '', startedAt = '', exitCode = ''] = line.split(' ');
  return {
    name: name.slice(1),
    image,
    user,
    isReadOnly: isReadOnly === 'true',
    startedAt: Date.parse(startedAt),
    exitCode: Number(exitCode),
  };
}
