/** A port that can't be listened on, in one sentence for whoever started the process. */
export class ListenFailure extends Error {
  override readonly name = 'ListenFailure';

  constructor(host: string, port: number, variable: string, cause: unknown) {
    super(explain(host, port, variable, codeOf(cause), cause), { cause });
  }
}

function explain(host: string, port: number, variable: string, code: string | undefined, cause: unknown): string {
  const flag = `--${variable.toLowerCase().replaceAll('_', '-')}`;
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} of ${host} is in use by another process (perhaps another Tailgate). Stop that one, or choose another port: ${flag} ${port + 1}, or ${flag} 0 for any free one.`;
    case 'EACCES':
      return `Port ${port} of ${host} needs rights that this process doesn't have (ports below 1024 often do). Choose another one: ${flag} 8080.`;
    case 'EADDRNOTAVAIL':
      return `${host} is no address of this machine, so nothing can listen there. Set HOST to one that is, such as 127.0.0.1.`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `The name ${host} has no address here. Set HOST to an address of this machine, such as 127.0.0.1.`;
    default:
      return `Port ${port} of ${host} can't be listened on: ${cause instanceof Error ? cause.message : String(cause)}`;
  }
}

function codeOf(cause: unknown): string | undefined {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
}
