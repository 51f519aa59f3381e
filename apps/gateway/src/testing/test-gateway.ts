import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, loadConfig, type Environment, type Logger } from '@tailgate/runtime';
import { gatewaySpec, type GatewayConfig } from '../config/gateway-config.js';
import { Gateway } from '../gateway.js';

/** A gateway that follows `*.log` in a folder of its own, as `deployment/{name}`, unless `LOGS` says otherwise; with no port yet. */
export class TestGateway implements AsyncDisposable {
  private constructor(
    readonly gateway: Gateway,
    readonly folder: string,
  ) {}

  static async create(env: Environment = {}, logger: Logger = createLogger({ level: 'silent' })): Promise<TestGateway> {
    const folder = mkdtempSync(join(tmpdir(), 'gateway-'));
    return new TestGateway(await Gateway.create(testConfig(folder, env), logger), folder);
  }

  /** Appends text to the file of a deployment. */
  write(name: string, text: string): void {
    appendFileSync(join(this.folder, `${name}.log`), text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.gateway[Symbol.asyncDispose]();
    rmSync(this.folder, { recursive: true });
  }
}

function testConfig(folder: string, env: Environment): GatewayConfig {
  const loaded = loadConfig(gatewaySpec, [], { LOGS: join(folder, '{name}.log'), PORT: '0', ...env });
  if (loaded.outcome !== 'config') throw new Error(loaded.text);
  return loaded.config;
}
