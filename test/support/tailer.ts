import { Product, TAILER } from './product.ts';

/** A worker that follows `./{name}.log` of a folder into a Redis. */
export async function startTailer(folder: string, redisUrl: string, ...args: readonly string[]): Promise<Product> {
  return Product.start({
    folder,
    program: TAILER,
    args: ['--logs', './{name}.log', '--metrics-port', '0', '--redis-url', redisUrl, ...args],
  });
}

/** What a metric without labels says; 0 where the process does not answer. */
export async function metricOf(product: Product, name: string): Promise<number> {
  const url = product.url.endsWith('/metrics') ? product.url : `${product.url}/metrics`;
  const text = await fetch(url).then(
    (response) => response.text(),
    () => '',
  );
  const [, value] = new RegExp(`^${name} (\\S+)$`, 'm').exec(text) ?? [];
  return Number(value ?? 0);
}

/** How many leases each holds. */
export async function leasesOf(products: readonly Product[]): Promise<number[]> {
  return Promise.all(products.map((product) => metricOf(product, 'tailgate_tailing_leases')));
}
