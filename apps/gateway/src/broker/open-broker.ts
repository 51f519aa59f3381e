import { connectRedis, MemoryBroker, type MemoryBrokerOptions, type RedisBrokerOptions } from '@tailgate/broker';
import { RedisReport, type Runtime } from '@tailgate/runtime';
import type { GatewayConfig } from '../config/gateway-config.js';
import { measureBroker } from '../telemetry/broker-metrics.js';
import { AwaitedBroker } from './awaited-broker.js';
import type { OpenedBroker } from './broker.js';

/** The broker that the configuration asks for; of Redis it is one to which there is no connection yet. `onConnected` is called for each. */
export function openBroker(config: GatewayConfig, runtime: Runtime, onConnected: () => void): OpenedBroker {
  const { redisUrl, retainLines, retainBytes, retainAge } = config;
  const retention = { retainLines, retainBytes, ...(retainAge !== undefined && { retainAge }) };
  if (redisUrl === undefined) return openMemory({ ...retention, maxBytes: config.memoryBytes }, runtime);
  const { redisPrefix, redisReplicas, redisReplicasWithin } = config;
  const confirm = redisReplicas > 0 && { confirm: { replicas: redisReplicas, withinMs: redisReplicasWithin } };
  const report = new RedisReport(runtime.logger, runtime.metrics, onConnected);
  return openRedis({ ...retention, ...confirm, url: redisUrl, keyPrefix: redisPrefix }, report);
}

function openMemory(options: MemoryBrokerOptions, { metrics }: Runtime): OpenedBroker {
  const broker = new MemoryBroker(options);
  measureBroker(broker, metrics);
  return { broker, reached: () => Promise.resolve(), failed: Promise.withResolvers<undefined>().promise };
}

function openRedis(options: RedisBrokerOptions, report: RedisReport): OpenedBroker {
  const { promise: failed, resolve } = Promise.withResolvers<undefined>();
  const onFailure = (error: Error): void => {
    report.absent(error);
    resolve(undefined);
  };
  const broker = new AwaitedBroker((signal) => connectRedis({ ...options, observer: report }, onFailure, signal));
  return { broker, reached: () => broker.reached(), failed };
}
