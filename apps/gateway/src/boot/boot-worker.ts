import { createLogger, loadConfig, type Environment } from '@tailgate/runtime';
import { gatewaySpec, type GatewayConfig } from '../config/gateway-config.js';
import { Gateway } from '../gateway.js';
import { Seat, workerSignals } from '../workers/seat.js';
import { endsWith, processEnd, sentenceOf } from './process-end.js';

/** A worker from its first to its last moment. What it can't start for is told to the primary process, which has the same configuration. */
export async function bootWorker(argv: readonly string[], env: Environment): Promise<void> {
  const seat = new Seat();
  const loaded = loadConfig(gatewaySpec, argv, env);
  if (loaded.outcome === 'config') await run(loaded.config, seat);
  else throw new Error(`the primary process has read another configuration: ${loaded.outcome}`);
}

async function run(config: GatewayConfig, seat: Seat): Promise<void> {
  const { number, port } = await seat.place;
  const logger = createLogger({ level: config.logLevel, format: config.logFormat }).child({ worker: number });
  const shutdown = processEnd(config.drainSeconds, logger, workerSignals);
  seat.stopped.then(
    (reason) => shutdown.begin(reason),
    () => undefined,
  );
  try {
    const gateway = await Gateway.create({ ...config, port }, logger, seat.page);
    endsWith(shutdown, gateway);
    seat.measures(gateway.metrics);
    const { url } = await gateway.start();
    logger.info({ url }, 'listening');
    seat.tell({ type: 'listening', url, followed: gateway.followed });
    await gateway.begin();
    seat.tell({ type: 'ready' });
  } catch (error) {
    const message = sentenceOf(error);
    if (message !== undefined) seat.tell({ type: 'failed', message });
  }
}
