import { ListenFailure } from './listen-failure.js';

/** Opens a port that an option has named, and answers which one it became. Throws a `ListenFailure`. */
export async function listen(
  host: string,
  port: number,
  variable: string,
  open: (port: number, host: string) => Promise<number>,
): Promise<number> {
  try {
    // Of the addresses of "localhost" Node would take the first: this one is there on every machine.
    return await open(port, host === 'localhost' ? '127.0.0.1' : host);
  } catch (error) {
    throw new ListenFailure(host, port, variable, error);
  }
}

/** For people on this machine, also where all addresses are listened on. */
export function urlOf(host: string, port: number): string {
  const shown = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${shown.includes(':') ? `[${shown}]` : shown}:${port}`;
}
