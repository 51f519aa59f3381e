import { createLogger, ListenFailure } from '@tailgate/runtime';
import type { GatewayConfig } from '../config/gateway-config.js';
import { Primary } from '../workers/primary.js';
import { WorkersFailure } from '../workers/worker-pool.js';
import { banner } from './banner.js';
import { CLOSING_MS, processEnd } from './process-end.js';

/** A gateway of so many processes beside this one, until it is told to end. */
export async function runWorkers(config: GatewayConfig, count: number, argv: readonly string[]): Promise<void> {
  const logger = createLogger({ level: config.logLevel, format: config.logFormat });
  const primary = new Primary(config, logger, argv);
  // A moment more than a worker gives itself: it is the one who says what took too long.
  const shutdown = processEnd(config.drainSeconds + CLOSING_MS / 1000, logger)
    .step('stop the workers', () => primary.stop())
    .step('close', () => primary[Symbol.asyncDispose]());
  try {
    const { listening, followed } = await primary.start(count);
    logger.info({ ...listening, workers: count }, 'listening');
    process.stdout.write(banner({ ...listening, workers: count }, followed));
    await primary.failed();
  } catch (error) {
    if (!(error instanceof ListenFailure || error instanceof WorkersFailure)) throw error;
    process.stderr.write(`${error.message}\n`);
    await shutdown.begin('it can not start', 1);
  }
}
