import { createRemoteJWKSet } from 'jose';
import type { Logger } from '@tailgate/runtime';
import type { GatewayConfig } from '../config/gateway-config.js';
import type { TrustedProxies } from '../http/trusted-proxies.js';
import type { AccessMode } from './mode.js';
import { OpenMode } from './open-mode.js';
import { ProxyMode } from './proxy-mode.js';
import { RememberedTokens } from './remembered-tokens.js';
import { TokenMode } from './token-mode.js';
import { TokenVerifier, type TokenRules } from './token-verifier.js';

/** The way to know callers that the configuration asks for. */
export function createMode(config: GatewayConfig, proxies: TrustedProxies, logger: Logger): AccessMode {
  switch (config.auth) {
    case 'none':
      return new OpenMode();
    case 'jwt':
      return new TokenMode(
        new RememberedTokens(
          new TokenVerifier(tokenRules(config), (error) =>
            logger.warn({ error }, "the issuer's keys are not to be had"),
          ),
        ),
      );
    case 'proxy': {
      const rights = { read: config.authProxyChannels, write: config.authProxyWrite, admin: config.authProxyAdmin };
      return new ProxyMode(proxies, config.authProxyHeader, rights);
    }
  }
}

/** The configuration has made sure that one of both is there. */
function tokenRules({ authSecret, authJwksUrl, authAlgorithms, authIssuer, authAudience }: GatewayConfig): TokenRules {
  const claims = { issuer: authIssuer, audience: authAudience };
  if (authSecret !== undefined) return { ...claims, secret: authSecret };
  if (authJwksUrl !== undefined) {
    return { ...claims, keys: createRemoteJWKSet(authJwksUrl), algorithms: authAlgorithms };
  }
  throw new TypeError('AUTH=jwt without a key');
}
