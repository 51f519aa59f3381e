import { createLogger, ListenFailure, loadConfig, Shutdown, type Environment } from '@tailgate/runtime';
import { Canary } from '../canary.js';
import { canarySpec, type CanaryConfig } from '../config/canary-config.js';

/** There is nothing to wait for but sockets. */
const CLOSING_MS = 5_000;

/** The process from its first to its last moment. Exit codes: 0 a clean end, 1 failed or refused, 2 a mistake in the configuration. */
export async function boot(argv: readonly string[], env: Environment): Promise<void> {
  const loaded = loadConfig(canarySpec, argv, env);
  if (loaded.outcome === 'config') {
    await run(loaded.config);
  } else {
    (loaded.outcome === 'help' ? process.stdout : process.stderr).write(loaded.text);
    process.exitCode = loaded.outcome === 'help' ? 0 : 2;
  }
}

async function run(config: CanaryConfig): Promise<void> {
  const logger = createLogger({ level: config.logLevel, format: config.logFormat });
  process.once('uncaughtException', (error) => {
    logger.fatal({ error }, 'a mistake in the program: it ends here');
    process.exit(1);
  });
  const canary = new Canary(config, logger);
  const shutdown = new Shutdown(logger, CLOSING_MS).listen().step('close', () => canary[Symbol.asyncDispose]());
  const end = (why: string): void => {
    shutdown.begin(why, 1).catch(() => process.exit(1));
  };
  try {
    const { metricsUrl } = await canary.start(() => end('it is refused'));
    const { canaryFile, canaryChannel, gatewayUrl } = config;
    process.stdout.write(
      `\n  Tailgate's canary is running\n  It writes    ${canaryFile}\n  and reads    ${gatewayUrl} (${canaryChannel})\n` +
        `  Metrics      ${metricsUrl}\n  Stop         Ctrl-C\n\n`,
    );
  } catch (error) {
    if (!(error instanceof ListenFailure) && !isSystemError(error)) throw error;
    process.stderr.write(`${error.message}\n`);
    end('it can not start');
  }
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}
