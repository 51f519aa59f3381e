import { Axis, short, type AxisOptions } from './axis.ts';

/** A value with how far the rounds that gave it lie apart. */
export interface Point {
  readonly x: number;
  readonly y: number;
  readonly low?: number;
  readonly high?: number;
}

export interface Series {
  readonly name: string;
  /** Which of the colours, so that a name has the same one in several plots; there are ten. */
  readonly colour: number;
  readonly points: readonly Point[];
}

export interface ChartOptions {
  readonly title: string;
  readonly x: AxisOptions;
  readonly y: AxisOptions;
  readonly series: readonly Series[];
}

const WIDTH = 840;
const HEIGHT = 420;
/** Of what is plotted; beside it stand the names. */
const AREA = { left: 76, top: 44, right: 540, bottom: 356 } as const;

/** Colours that people who see few of them can tell apart too (Okabe and Ito), and what is left. */
const COLOURS = [
  '#d55e00',
  '#0072b2',
  '#009e73',
  '#cc79a7',
  '#e69f00',
  '#56b4e9',
  '#777777',
  '#000000',
  '#7a4b2a',
  '#5b3fa8',
];

/** A plot as SVG: a line a series, with a bar from the lowest to the highest round at each of its points. */
export function lineChart({ title, x: across, y: up, series }: ChartOptions): string {
  const points = series.flatMap((each) => each.points);
  const x = new Axis(across, xs(points));
  const y = new Axis(up, ys(points));
  const place = { x: (value: number) => left(x.place(value)), y: (value: number) => top(y.place(value)) };
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img">`,
    `<title>${escape(title)}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    `<g font-family="system-ui, sans-serif" font-size="12" fill="#333">`,
    text(AREA.left, 24, title, 'font-size="15" font-weight="600"'),
    ...x.ticks.map((value) => vertical(place.x(value), short(value))),
    ...y.ticks.map((value) => horizontal(place.y(value), short(value))),
    text((AREA.left + AREA.right) / 2, AREA.bottom + 42, x.label, 'text-anchor="middle"'),
    text(-(AREA.top + AREA.bottom) / 2, 18, y.label, 'text-anchor="middle" transform="rotate(-90)"'),
    ...series.flatMap((each, index) => drawn(each, index, place)),
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

interface Places {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
}

function drawn({ name, points, colour: which }: Series, index: number, { x, y }: Places): string[] {
  const colour = COLOURS[which % COLOURS.length] ?? '#000';
  const sorted = points.toSorted((a, b) => a.x - b.x);
  const line = sorted.map((point) => `${at(x(point.x))},${at(y(point.y))}`).join(' ');
  const nameAt = AREA.top + 10 + index * 22;
  return [
    `<polyline points="${line}" fill="none" stroke="${colour}" stroke-width="2"/>`,
    ...sorted.flatMap(({ x: across, y: up, low = up, high = up }) => [
      `<line x1="${at(x(across))}" x2="${at(x(across))}" y1="${at(y(low))}" y2="${at(y(high))}" stroke="${colour}" stroke-opacity="0.5" stroke-width="5"/>`,
      `<circle cx="${at(x(across))}" cy="${at(y(up))}" r="4" fill="${colour}"/>`,
    ]),
    `<circle cx="${AREA.right + 22}" cy="${nameAt - 4}" r="5" fill="${colour}"/>`,
    text(AREA.right + 34, nameAt, name, ''),
  ];
}

function vertical(x: number, label: string): string {
  const line = `<line x1="${at(x)}" x2="${at(x)}" y1="${AREA.top}" y2="${AREA.bottom}" stroke="#ddd"/>`;
  return line + text(x, AREA.bottom + 20, label, 'text-anchor="middle"');
}

function horizontal(y: number, label: string): string {
  const line = `<line x1="${AREA.left}" x2="${AREA.right}" y1="${at(y)}" y2="${at(y)}" stroke="#ddd"/>`;
  return line + text(AREA.left - 8, y + 4, label, 'text-anchor="end"');
}

function text(x: number, y: number, content: string, attributes: string): string {
  return `<text x="${at(x)}" y="${at(y)}" ${attributes}>${escape(content)}</text>`;
}

function left(share: number): number {
  return AREA.left + share * (AREA.right - AREA.left);
}

function top(share: number): number {
  return AREA.bottom - share * (AREA.bottom - AREA.top);
}

function xs(points: readonly Point[]): number[] {
  return points.map(({ x }) => x);
}

function ys(points: readonly Point[]): number[] {
  return points.flatMap(({ y, low = y, high = y }) => [y, low, high]);
}

function at(place: number): string {
  return place.toFixed(1);
}

function escape(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
