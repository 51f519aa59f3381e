import { loadConfig, type Environment } from '@tailgate/runtime';
import { gatewaySpec } from '../config/gateway-config.js';
import { workersOf } from '../workers/worker-count.js';
import { runAlone } from './run-alone.js';
import { runWorkers } from './run-workers.js';

/** The process from its first to its last moment. Exit codes: 0 a clean end, 1 failed, 2 a mistake in the configuration. */
export async function boot(argv: readonly string[], env: Environment): Promise<void> {
  const loaded = loadConfig(gatewaySpec, argv, env);
  if (loaded.outcome === 'config') {
    const count = workersOf(loaded.config);
    await (count === 1 ? runAlone(loaded.config) : runWorkers(loaded.config, count, argv));
  } else {
    (loaded.outcome === 'help' ? process.stdout : process.stderr).write(loaded.text);
    process.exitCode = loaded.outcome === 'help' ? 0 : 2;
  }
}
