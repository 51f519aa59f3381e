import { askGateway, GatewayRefusal } from './ask-gateway.js';
import { tokenOf, type GatewayOptions } from './gateway-options.js';
import type { Shell } from './shell.js';

/** Why a WebSocket's handshake is refused nobody is told; a call is, and has advice for who has no token. Complains; a gateway that is not there is waited for by whoever dials. */
export async function checkAccess(options: GatewayOptions, { env, interrupted }: Shell): Promise<void> {
  const token = await tokenOf(options, env);
  await askGateway(options.url, 'api/channels?limit=1', token, interrupted).catch((error: unknown) => {
    if (error instanceof GatewayRefusal) throw error;
  });
}
