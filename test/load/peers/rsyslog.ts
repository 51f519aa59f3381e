import { access } from 'node:fs/promises';
import { linkSync, writeFileSync } from 'node:fs';
import { findProgram } from '../../support/installed-program.ts';
import { LocalSite } from '../../support/redis/local-site.ts';
import { TempFolder } from '../../support/temp-folder.ts';
import { until } from '../../support/until.ts';
import type { Carrier } from '../carrier.ts';

const KEY = 'lines';
const FOLDERS = ['/usr/lib/x86_64-linux-gnu/rsyslog', '/usr/lib/aarch64-linux-gnu/rsyslog', '/usr/lib64/rsyslog'];

/**
 * rsyslog's imfile and omhiredis, in the fastest mode that all its versions have: a line is an element of a list, pushed by pipelined
 * commands. It keeps no checkpoint in Redis, and its list is not trimmed.
 */
export const RSYSLOG: Carrier = {
  name: 'rsyslog, imfile and omhiredis',
  whyNot: async () => {
    const modules = await Promise.all(FOLDERS.map((folder) => isThere(`${folder}/omhiredis.so`)));
    if (modules.includes(true) && (await findProgram('rsyslogd')) !== undefined) return undefined;
    return 'it is not installed (Debian: apt-get install rsyslog rsyslog-hiredis)';
  },
  carry: async (file, lines, { server }) => {
    using folder = new TempFolder();
    const config = folder.join('rsyslog.conf');
    writeFileSync(config, configuration(folder, server.port));
    const site = new LocalSite((await findProgram('rsyslogd')) ?? 'rsyslogd');
    const rsyslog = site.server(['-n', '-f', config, '-i', folder.join('pid')], folder.path);
    const length = (): Promise<number> => server.admin.llen(KEY);
    folder.write('0.log', 'it runs\n');
    await rsyslog.start();
    try {
      await until(
        async () => (await length()) === 1,
        () => 'rsyslog runs',
      );
      const begun = performance.now();
      linkSync(file, folder.join('1.log'));
      await until(
        async () => (await length()) === lines + 1,
        () => `${lines} lines by rsyslog`,
        120_000,
      );
      return { seconds: (performance.now() - begun) / 1_000 };
    } finally {
      await rsyslog.remove();
    }
  },
};

function configuration(folder: TempFolder, port: number): string {
  return `
    global(workDirectory="${folder.path}")
    module(load="imfile")
    module(load="omhiredis")
    main_queue(queue.type="FixedArray" queue.size="200000" queue.dequeueBatchSize="4096")
    template(name="line" type="string" string="%msg%")
    ruleset(name="redis") {
      action(type="omhiredis" server="127.0.0.1" serverport="${port}" mode="queue" userpush="on" key="${KEY}" template="line")
    }
    input(type="imfile" File="${folder.join('*.log')}" Tag="bench" ruleset="redis")
  `;
}

async function isThere(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
