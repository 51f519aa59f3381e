import type { Browser, Page } from 'playwright-core';
import { z } from 'zod';
import { Judgement } from '../../support/viewing/judgement.ts';
import type { Watcher } from './watcher.ts';

const NAMES = ['connected', 'log', 'notice', 'gap', 'epoch'];

const heard = z.object({ name: z.string(), data: z.string(), id: z.string() });

/** A tab with a plain `EventSource`, which does nothing about a lost connection but what the browser does. */
export class ChromiumWatcher implements Watcher {
  readonly kind = 'chromium';
  readonly judgement: Judgement;
  connections = 0;
  readonly #page: Page;

  private constructor(channel: string, page: Page) {
    this.judgement = new Judgement(channel);
    this.#page = page;
  }

  /** The gateway must answer now, since the tab is of its origin. */
  static async open(browser: Browser, channel: string, url: string): Promise<ChromiumWatcher> {
    const page = await browser.newPage();
    const watcher = new ChromiumWatcher(channel, page);
    page.on('console', (message) => {
      if (message.type() === 'debug') watcher.#hear(JSON.parse(message.text()));
    });
    await page.goto(`${url}/healthz`);
    await page.evaluate(
      ({ path, names }) => {
        const tell = (name: string, event: Event): void => {
          const data = 'data' in event ? event.data : '';
          const id = 'lastEventId' in event ? event.lastEventId : '';
          console.debug(JSON.stringify({ name, data, id }));
        };
        const source = new EventSource(path);
        for (const name of names) source.addEventListener(name, (event) => tell(name, event));
        source.addEventListener('error', (event) => {
          if (source.readyState === EventSource.CLOSED) tell('closed', event);
        });
      },
      { path: `/api/stream?channel=${channel}&after=0-0`, names: NAMES },
    );
    return watcher;
  }

  /** Nobody outside can take a tab's connection alone. */
  cut(): void {
    return undefined;
  }

  hold(): undefined {
    return undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#page.close();
  }

  #hear(event: unknown): void {
    const { name, data, id } = heard.parse(event);
    if (name === 'connected') this.connections += 1;
    if (name === 'closed') this.judgement.fail('an EventSource closed for good');
    else this.judgement.take({ name, data, id });
  }
}
