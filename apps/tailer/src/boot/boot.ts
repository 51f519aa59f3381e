import { BrokerError } from '@tailgate/broker';
import { createLogger, ListenFailure, loadConfig, Shutdown, type Environment } from '@tailgate/runtime';
import { tailerSpec, type TailerConfig } from '../config/tailer-config.js';
import { Tailer } from '../tailer.js';

/** Beyond the time to drain: for closing. */
const CLOSING_MS = 5_000;

/** The process from its first to its last moment. Exit codes: 0 a clean end, 1 failed, 2 a mistake in the configuration. */
export async function boot(argv: readonly string[], env: Environment): Promise<void> {
  const loaded = loadConfig(tailerSpec, argv, env);
  if (loaded.outcome === 'config') {
    await run(loaded.config);
  } else {
    (loaded.outcome === 'help' ? process.stdout : process.stderr).write(loaded.text);
    process.exitCode = loaded.outcome === 'help' ? 0 : 2;
  }
}

async function run(config: TailerConfig): Promise<void> {
  const logger = createLogger({ level: config.logLevel, format: config.logFormat });
  process.once('uncaughtException', (error) => {
    logger.fatal({ error }, 'a mistake in the program: it ends here');
    process.exit(1);
  });
  const tailer = new Tailer(config, logger);
  const stopping = new AbortController();
  const shutdown = new Shutdown(logger, config.drainSeconds * 1000 + CLOSING_MS)
    .listen()
    .step('stop', () => stopping.abort())
    .step('drain', () => tailer.drain())
    .step('close', () => tailer[Symbol.asyncDispose]());
  try {
    const { metricsUrl } = await tailer.start(stopping.signal);
    logger.info({ metricsUrl, files: tailer.files }, 'following');
    const templates = config.logs.map(({ text }) => `  It follows   ${text}\n`).join('');
    process.stdout.write(
      `\n  Tailgate's tailer is running\n${templates}  Metrics      ${metricsUrl}\n  Stop         Ctrl-C\n\n`,
    );
  } catch (error) {
    if (stopping.signal.aborted) return;
    if (!(error instanceof ListenFailure || error instanceof BrokerError)) throw error;
    process.stderr.write(`${error.message}\n`);
    await shutdown.begin('it can not start', 1);
  }
}
