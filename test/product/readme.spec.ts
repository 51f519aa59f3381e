import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import { NO_CURL } from '../support/curl.ts';
import { EventCollector } from '../support/event-stream.ts';
import { Product } from '../support/product.ts';
import { TempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';

const README = fileURLToPath(new URL('../../README.md', import.meta.url));

/** The commands of the README's code blocks that stream with `curl`. */
function curlCommands(): string[] {
  const text = readFileSync(README, 'utf8');
  const blocks = [...text.matchAll(/^```\w*\n(.*?)^```/gms)].map(([, block = '']) => block);
  return blocks.flatMap((block) =>
    [...block.matchAll(/^\s*(?:\$ )?(curl -N .*)$/gm)].map(([, command = '']) => command),
  );
}

const commands = curlCommands();

describe('the README’s curl', () => {
  beforeEach((context) => {
    if (NO_CURL !== undefined) context.skip(NO_CURL);
  });

  it('is there', () => {
    expect(commands).not.toEqual([]);
  });

  it.each(commands)('%s shows the lines of ./data/*.log', async (command) => {
    const [, name = ''] = /channel=deployment\/([A-Za-z0-9._-]+)/.exec(command) ?? [];
    using folder = new TempFolder();
    mkdirSync(folder.join('data'));
    folder.write(`data/${name}.log`, 'hello\n');
    await using product = await Product.start({ folder: folder.path });
    const here = command.replace(/(?:http:\/\/)?(?:127\.0\.0\.1|localhost):8080/, product.url);
    expect(here).not.toBe(command);
    const shell = spawn('sh', ['-c', `exec ${here}`], {
      env: { ...process.env, no_proxy: '*' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    try {
      const received = new EventCollector();
      shell.stdout.on('data', (bytes: Buffer) => received.feed(bytes));
      await until(
        () => received.lines.length === 1,
        () => 'the line that was there',
      );
      folder.append(`data/${name}.log`, 'and again\n');
      await until(
        () => received.lines.at(-1)?.line === 'and again',
        () => 'the line that was written',
      );
    } finally {
      shell.kill();
    }
  });
});
