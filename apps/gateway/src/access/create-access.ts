import type { OneTimeValues } from '@tailgate/broker';
import type { Runtime } from '@tailgate/runtime';
import type { GatewayConfig } from '../config/gateway-config.js';
import { HostRule } from '../http/host-rule.js';
import { OriginRule } from '../http/origin-rule.js';
import { TrustedProxies } from '../http/trusted-proxies.js';
import type { Refusals } from '../limits/refusals.js';
import { RequestRate } from '../limits/request-rate.js';
import { createMode } from './access-mode.js';
import type { AccessParts } from './access.module.js';
import { Admission } from './admission.js';
import { Tickets } from './tickets.js';

/** Puts together who may do what, as the configuration says. */
export function createAccess(
  config: GatewayConfig,
  { logger }: Runtime,
  values: OneTimeValues,
  refusals: Refusals,
): AccessParts {
  const proxies = new TrustedProxies(config.trustedProxies);
  const mode = createMode(config, proxies, logger);
  const tickets = new Tickets(values);
  const origins = new OriginRule(config.allowedOrigins, proxies);
  const rate = new RequestRate(config);
  const admission = new Admission({ hosts: hostRule(config), origins, rate, mode, tickets, proxies, refusals });
  return { admission, origins, mode, tickets, proxies };
}

/** A page that rebinds its name has no token of ours; it is where nobody needs one, or where a proxy's word counts, that names matter. */
function hostRule({ auth, allowedHosts }: GatewayConfig): HostRule {
  return new HostRule(auth === 'jwt' && allowedHosts.length === 0 ? 'any' : allowedHosts);
}
