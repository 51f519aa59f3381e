// Grafana's dashboards (schema version 39 of its JSON model), as far as ours need it.

/** What a panel draws: a query of PromQL, and the name of its lines. */
export interface Line {
  readonly query: string;
  /** `{{label}}` stands for the label's value. */
  readonly legend: string;
}

interface Panel {
  readonly title: string;
  /** What to make of it. */
  readonly about: string;
  /** As Grafana names them: `s`, `bytes`, `short`, `ops`, `Bps`, `percentunit`. */
  readonly unit: string;
  readonly lines: readonly Line[];
}

interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly rows: readonly Row[];
}

const WIDTH = 24;
const HEIGHT = 8;
const A_ROW = 3;

/** Chosen by whoever looks. */
const SOURCE = { type: 'prometheus', uid: '${datasource}' };

/** The file's text. */
export function dashboardJson({ uid, title, rows }: Dashboard): string {
  let id = 0;
  let y = 0;
  const panels = rows.flatMap((row) => {
    const heading = { id: (id += 1), type: 'row', title: row.title, collapsed: false, gridPos: place(0, y, WIDTH, 1) };
    const width = WIDTH / A_ROW;
    const drawn = row.panels.map((panel, index) => {
      const at = place((index % A_ROW) * width, y + 1 + Math.floor(index / A_ROW) * HEIGHT, width, HEIGHT);
      return { id: (id += 1), ...panelJson(panel), gridPos: at };
    });
    y += 1 + Math.ceil(row.panels.length / A_ROW) * HEIGHT;
    return [heading, ...drawn];
  });
  const dashboard = {
    uid,
    title,
    tags: ['tailgate'],
    editable: false,
    schemaVersion: 39,
    time: { from: 'now-1h', to: 'now' },
    refresh: '15s',
    templating: { list: [{ name: 'datasource', type: 'datasource', query: 'prometheus', label: 'Prometheus' }] },
    panels,
  };
  return `${JSON.stringify(dashboard, null, 2)}\n`;
}

function panelJson({ title, about, unit, lines }: Panel): object {
  return {
    type: 'timeseries',
    title,
    description: about,
    datasource: SOURCE,
    fieldConfig: { defaults: { unit, min: 0, custom: { fillOpacity: 10, showPoints: 'never' } }, overrides: [] },
    options: { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi' } },
    targets: lines.map(({ query, legend }, index) => ({
      refId: String.fromCharCode('A'.charCodeAt(0) + index),
      datasource: SOURCE,
      expr: query,
      legendFormat: legend,
    })),
  };
}

function place(x: number, y: number, w: number, h: number): object {
  return { x, y, w, h };
}
