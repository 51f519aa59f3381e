import type { Line } from './dashboard.ts';

/** As long as Grafana finds fit for what is shown, and never less than four scrapes. */
const WINDOW = '$__rate_interval';

/** A second's worth of a counter, added up by these labels. */
export function rate(metric: string, legend: string, by = '', where = ''): Line {
  const sum = by === '' ? 'sum' : `sum by (${by})`;
  return { query: `${sum} (rate(${metric}${where}[${WINDOW}]))`, legend };
}

/** Quantiles of a histogram: the half, and one in a hundred. */
export function quantiles(metric: string, where = ''): Line[] {
  return [0.5, 0.99].map((quantile) => ({
    query: `histogram_quantile(${quantile}, sum by (le) (rate(${metric}_bucket${where}[${WINDOW}])))`,
    legend: `${quantile * 100} %`,
  }));
}

/** Of each process. */
export function each(metric: string, where = ''): Line {
  return { query: `${metric}${where}`, legend: '{{instance}}' };
}

export function total(metric: string, legend: string): Line {
  return { query: `sum (${metric})`, legend };
}
