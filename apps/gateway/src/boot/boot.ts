import { BrokerError } from '@tailgate/broker';
import { createLogger, ListenFailure, loadConfig, Shutdown, type Environment } from '@tailgate/runtime';
import { gatewaySpec, type GatewayConfig } from '../config/gateway-config.js';
import { Gateway } from '../gateway.js';
import { banner } from './banner.js';

/** Beyond the time that viewers get: for the last appends, and for closing. */
const CLOSING_MS = 5_000;

/** The process from its first to its last moment. Exit codes: 0 a clean end, 1 failed, 2 a mistake in the configuration. */
export async function boot(argv: readonly string[], env: Environment): Promise<void> {
  const loaded = loadConfig(gatewaySpec, argv, env);
  if (loaded.outcome === 'config') {
    await run(loaded.config);
  } else {
    (loaded.outcome === 'help' ? process.stdout : process.stderr).write(loaded.text);
    process.exitCode = loaded.outcome === 'help' ? 0 : 2;
  }
}

async function run(config: GatewayConfig): Promise<void> {
  const logger = createLogger({ level: config.logLevel, format: config.logFormat });
  const shutdown = new Shutdown(logger, config.drainSeconds * 1000 + CLOSING_MS).listen();
  process.once('uncaughtException', (error) => {
    logger.fatal({ error }, 'a mistake in the program: it ends here');
    process.exit(1);
  });

  try {
    const gateway = await Gateway.create(config, logger);
    shutdown
      .step('refuse', () => gateway.refuse())
      .step('drain', () => gateway.drain())
      .step('close', () => gateway[Symbol.asyncDispose]());
    const listening = await gateway.start();
    logger.info(listening, 'listening');
    process.stdout.write(banner(listening, gateway.followed));
    await gateway.begin();
  } catch (error) {
    // It was told to stop before it had begun.
    if (error instanceof BrokerError && error.code === 'closed') return;
    if (!(error instanceof ListenFailure || error instanceof BrokerError)) throw error;
    process.stderr.write(`${error.message}\n`);
    await shutdown.begin('it can not start', 1);
  }
}
