import type { Browser, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { until } from '../../support/until.ts';

/** What a reader sees of a row. */
export interface SeenRow {
  readonly ordinal: number;
  readonly text: string;
  /** Pixels below the upper edge of the log. */
  readonly top: number;
  readonly bottom: number;
}

const ROWS = `(() => {
  const log = document.querySelector('[role=log]');
  const edge = log.getBoundingClientRect();
  return [...log.querySelectorAll('[data-ordinal]')].flatMap((row) => {
    const { top, bottom } = row.getBoundingClientRect();
    const isSeen = bottom > edge.top + 0.5 && top < edge.bottom - 0.5;
    return isSeen ? [{ ordinal: Number(row.dataset.ordinal), text: row.innerText, top: top - edge.top, bottom: bottom - edge.top }] : [];
  });
})()`;

/** The harness's page in a browser, and how its log looks to a reader. */
export class LogPage implements AsyncDisposable {
  readonly page: Page;
  /** What went wrong in the page: exceptions, and what the browser itself complains of. */
  readonly complaints: string[] = [];

  private constructor(page: Page) {
    this.page = page;
    page.setDefaultTimeout(20_000);
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.complaints.push(message.text());
    });
  }

  /** `query`: the harness's; the page is ready when it shows a row. */
  static async open(browser: Browser, url: string, query: string, width = 1000): Promise<LogPage> {
    const page = await browser.newPage({ viewport: { width, height: 640 } });
    const opened = new LogPage(page);
    await page.goto(`${url}?${query}`);
    await page.locator('[data-ordinal]').first().waitFor();
    return opened;
  }

  get log(): Locator {
    return this.page.locator('[role=log]');
  }

  /** The rows in view, from the upper edge on. */
  async rows(): Promise<readonly SeenRow[]> {
    return await this.page.evaluate<SeenRow[]>(ROWS);
  }

  /** Waits until there are rows in view, and as wanted: after a jump there are none until the next frame. */
  async see(wanted: (rows: readonly SeenRow[]) => boolean, what: string): Promise<readonly SeenRow[]> {
    let rows: readonly SeenRow[] = [];
    await until(
      async () => (rows = await this.rows()).length > 0 && wanted(rows),
      () => `${what}; these are seen: ${JSON.stringify(rows.map(({ text }) => text.slice(0, 60)))}`,
      20_000,
    );
    return rows;
  }

  /** Waits until the line with just this number is in view. */
  async seeLine(number: number): Promise<readonly SeenRow[]> {
    const line = new RegExp(`\\bline ${number}\\b`);
    return await this.see((rows) => rows.some(({ text }) => line.test(text)), `line ${number} is in view`);
  }

  /** Calls what the harness offers: `append(5)`. */
  async tell(call: string): Promise<void> {
    await this.page.evaluate(`window.harness.${call}`);
  }

  /** Drags the scrollbar to this share of its way. */
  async dragTo(share: number): Promise<void> {
    await this.page.evaluate(`(() => {
      const log = document.querySelector('[role=log]');
      log.scrollTop = (log.scrollHeight - log.clientHeight) * ${share};
    })()`);
  }

  async wheel(pixels: number): Promise<void> {
    await this.log.hover();
    await this.page.mouse.wheel(0, pixels);
  }

  /** The rows in view stand one under the other and fill the view; they are consecutive, or, where some are hidden, in order. */
  async expectSound(isWhole = true): Promise<readonly SeenRow[]> {
    const rows = await this.rows();
    const [first] = rows;
    const height = await this.page.evaluate<number>("document.querySelector('[role=log]').clientHeight");
    expect(first?.top).toBeLessThanOrEqual(0.5);
    expect(rows.at(-1)?.bottom).toBeGreaterThanOrEqual(height - 0.5);
    rows.slice(1).forEach((row, i) => {
      expect(row.top).toBeCloseTo(rows[i]?.bottom ?? NaN, 0);
      expect(row.ordinal).toBeGreaterThan(rows[i]?.ordinal ?? NaN);
      if (isWhole) expect(row.ordinal).toBe((rows[i]?.ordinal ?? NaN) + 1);
    });
    return rows;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.page.close();
    expect(this.complaints).toEqual([]);
  }
}
