import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findProgram } from '../../support/installed-program.ts';
import type { Carrier } from '../carrier.ts';

const run = promisify(execFile);

/** Arguments: the file, Redis' port. Each line becomes the protocol's form of XADD, by its length in bytes. */
const SCRIPT = String.raw`
tail -n +1 "$1" |
  awk '{ printf "*8\r\n$4\r\nXADD\r\n$5\r\nlines\r\n$6\r\nMAXLEN\r\n$1\r\n~\r\n$6\r\n100000\r\n$1\r\n*\r\n$4\r\nline\r\n$%d\r\n%s\r\n", length($0), $0 }' |
  redis-cli -p "$2" --pipe
`;

/** What a shell can do: `tail` and `redis-cli --pipe`, an entry a line. It does not go on where it was. */
export const REDIS_PIPE: Carrier = {
  name: 'tail and redis-cli --pipe',
  whyNot: async () => {
    const found = await Promise.all(['redis-cli', 'tail', 'awk'].map(findProgram));
    if (!found.includes(undefined)) return undefined;
    return 'there is no redis-cli, tail or awk (Debian: apt-get install redis-tools mawk)';
  },
  carry: async (file, lines, { server }) => {
    const begun = performance.now();
    const { stdout } = await run('sh', ['-c', SCRIPT, 'pipe', file, String(server.port)], {
      env: { ...process.env, LC_ALL: 'C' },
    });
    if (!stdout.includes(`errors: 0, replies: ${lines}`)) throw new Error(`redis-cli said ${stdout}`);
    return { seconds: (performance.now() - begun) / 1_000 };
  },
};
