import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, vi } from 'vitest';
import { INSTALLATION_MS, launchChromium } from '../../support/chromium.ts';
import { Product, type ProductOptions } from '../../support/product.ts';
import { TempFolder } from '../../support/temp-folder.ts';

/** Files `./{name}.log` are deployments, `./{name}.txt` hosts. */
const LOGS = ['--logs', './{name}.log', '--logs', './{name}.txt=host/{name}', '--drain-seconds', '0'];

/** How long a page may take to show something, on a machine that has much else to do; then a test, and what is around it. Milliseconds. */
const PATIENCE_MS = 40_000;
const TEST_MS = 180_000;
const START_MS = 120_000;

/**
 * A browser, and for each test a folder, a product that follows it, and a page. Call `usePages` once at the top of a spec; a machine
 * without a browser skips its tests with a sentence.
 */
export class PageHouse {
  folder = new TempFolder();
  /** Set by a test that starts another in its place. */
  product: Product | undefined;
  /** What went wrong in pages: exceptions, and what the browser itself complains of, such as a breach of the CSP; requests to other hosts. */
  complaints: string[] = [];
  #browser: Browser | undefined;
  #context: BrowserContext | undefined;
  #page: Page | undefined;

  constructor(private readonly options: Omit<ProductOptions, 'folder'>) {}

  /** Of the product's address. */
  get url(): string {
    if (this.product === undefined) throw new Error('there is no product');
    return this.product.url;
  }

  /** The test's first page. */
  get page(): Page {
    if (this.#page === undefined) throw new Error('there is no page');
    return this.#page;
  }

  /** Why there is no browser; `undefined` where there is one. */
  async launch(): Promise<string | undefined> {
    const launched = await launchChromium();
    if (typeof launched === 'string') return launched;
    this.#browser = launched;
    return undefined;
  }

  async close(): Promise<void> {
    await this.#browser?.close();
    this.folder[Symbol.dispose]();
  }

  /** A folder, a product and a page for one test. `prepare` puts files into the folder before the product looks. */
  async enter(prepare: (folder: TempFolder) => void): Promise<void> {
    this.folder[Symbol.dispose]();
    this.folder = new TempFolder();
    this.complaints = [];
    prepare(this.folder);
    await this.start();
    this.#page = await this.open();
  }

  async leave(): Promise<void> {
    await this.#context?.close();
    this.#context = undefined;
    await this.product?.[Symbol.asyncDispose]();
  }

  /** Starts the product, at another's port where that is said. */
  async start(port = 0): Promise<Product> {
    this.product = await Product.start({ ...this.options, folder: this.folder.path, port });
    return this.product;
  }

  /** Another page of the same browser: a tab of the same person. */
  async open(): Promise<Page> {
    this.#context ??= await this.newContext({ viewport: { width: 1000, height: 600 } });
    return await this.watched(this.#context);
  }

  async newContext(options: BrowserContextOptions): Promise<BrowserContext> {
    if (!this.#browser) throw new Error('there is no browser');
    return await this.#browser.newContext(options);
  }

  async watched(context: BrowserContext): Promise<Page> {
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('request', (request) => {
      const { protocol, hostname } = new URL(request.url());
      if (/^(http|ws)s?:$/.test(protocol) && hostname !== '127.0.0.1')
        this.complaints.push(`another host: ${request.url()}`);
    });
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.complaints.push(message.text());
    });
    return page;
  }

  /** Fails where a page has complained of anything but servers that were not there. */
  expectNoComplaints(): void {
    const mistakes = this.complaints.filter((text) => !/net::ERR_|WebSocket connection to/.test(text));
    expect(mistakes).toEqual([]);
  }
}

interface PagesOptions extends Omit<ProductOptions, 'folder' | 'port'> {
  /** Puts files into the folder before the product looks. */
  readonly prepare?: (folder: TempFolder) => void;
}

/** See `PageHouse`. */
export function usePages({ prepare = () => undefined, ...options }: PagesOptions = {}): PageHouse {
  vi.setConfig({ testTimeout: TEST_MS });
  const house = new PageHouse({ args: LOGS, ...options });
  let missing: string | undefined;
  beforeAll(async () => {
    missing = await house.launch();
  }, INSTALLATION_MS);
  afterAll(async () => {
    await house.close();
  });
  beforeEach(async (context) => {
    if (missing !== undefined) context.skip(missing);
    await house.enter(prepare);
  }, START_MS);
  afterEach(async () => {
    if (missing !== undefined) return;
    await house.leave();
    house.expectNoComplaints();
  }, START_MS);
  return house;
}

export function numbered(first: number, last: number): string {
  return Array.from({ length: last - first + 1 }, (_, i) => `line ${first + i}\n`).join('');
}
