import { connectRedis, MemoryBroker, type LogBroker, type TailerSigns } from '@tailgate/broker';
import { RedisReport, type Runtime } from '@tailgate/runtime';
import type { GatewayConfig } from '../config/gateway-config.js';
import { measureBroker } from '../telemetry/broker-metrics.js';

export type Broker = LogBroker & TailerSigns;

/**
 * The broker that the configuration asks for. Waits for a Redis that is not there yet; whoever opened it closes it. `onConnected` is
 * called for each connection to it.
 */
export async function openBroker(
  config: GatewayConfig,
  { logger, metrics }: Runtime,
  onConnected: () => void,
): Promise<Broker> {
  const { redisUrl, redisPrefix, redisReplicas, redisReplicasWithin, retainLines, retainBytes, retainAge } = config;
  const retention = { retainLines, retainBytes, ...(retainAge !== undefined && { retainAge }) };
  if (redisUrl === undefined) {
    const broker = new MemoryBroker({ ...retention, maxBytes: config.memoryBytes });
    measureBroker(broker, metrics);
    return broker;
  }
  const confirm = redisReplicas > 0 && { confirm: { replicas: redisReplicas, withinMs: redisReplicasWithin } };
  const observer = new RedisReport(logger, metrics, onConnected);
  const options = { ...retention, ...confirm, url: redisUrl, keyPrefix: redisPrefix, observer };
  return connectRedis(options, (error) => logger.warn({ error }, 'Redis is not there yet; it is tried again'));
}
