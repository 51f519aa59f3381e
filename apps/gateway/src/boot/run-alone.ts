import { createLogger } from '@tailgate/runtime';
import type { GatewayConfig } from '../config/gateway-config.js';
import { Gateway } from '../gateway.js';
import { workersLack, WORKERS_NEED } from '../workers/worker-count.js';
import { banner } from './banner.js';
import { endsWith, processEnd, sentenceOf } from './process-end.js';

/** A gateway in this process, until it is told to end. */
export async function runAlone(config: GatewayConfig): Promise<void> {
  const logger = createLogger({ level: config.logLevel, format: config.logFormat });
  const shutdown = processEnd(config.drainSeconds, logger);
  if (config.gatewayWorkers === 'auto')
    for (const need of workersLack(config)) logger.info({ why: WORKERS_NEED[need] }, 'GATEWAY_WORKERS=auto is 1');
  try {
    const gateway = await Gateway.create(config, logger);
    endsWith(shutdown, gateway);
    const listening = await gateway.start();
    logger.info(listening, 'listening');
    process.stdout.write(banner(listening, gateway.followed));
    await gateway.begin();
  } catch (error) {
    const sentence = sentenceOf(error);
    if (sentence === undefined) return;
    process.stderr.write(`${sentence}\n`);
    await shutdown.begin('it can not start', 1);
  }
}
