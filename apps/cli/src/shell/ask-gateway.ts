import { parseProblem } from '@tailgate/protocol';
import { Complaint } from './shell.js';

/** A gateway says that it will not. */
export class GatewayRefusal extends Complaint {}

/** The JSON of a REST call, `path` below the gateway's address; complains where there is none. */
export async function askGateway(
  gateway: URL,
  path: string,
  token: string | undefined,
  signal: AbortSignal,
): Promise<unknown> {
  const url = new URL(path, gateway.href.endsWith('/') ? gateway : `${gateway.href}/`);
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(url, { headers, signal }).catch((error: unknown) => {
    const { cause } = error instanceof Error ? error : {};
    throw new Complaint(`${url.host} can't be reached${cause instanceof Error ? `: ${cause.message}` : ''}`);
  });
  const body = await response.text();
  if (response.ok) return parsed(body, url);
  const problem = parseProblem(body);
  const reason = problem
    ? `${problem.detail ?? problem.title} (${problem.code})`
    : `${url.host} answers ${response.status}`;
  const advice = response.status === 401 ? '; set TAILGATE_TOKEN or --token-file' : '';
  throw new GatewayRefusal(reason + advice);
}

function parsed(body: string, { host }: URL): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new Complaint(`${host} is no gateway of Tailgate`);
  }
}
