import { chosenTheme, showTheme } from '../app/theme.js';
import '../app/tailgate.css';
import { ask } from '../gateway/ask.js';
import { readApiDocument, type ApiDocument } from './api-document.js';
import './api-docs.css';
import { byId, element } from './element.js';
import { operationView, prose } from './operation-view.js';

function show(api: ApiDocument): void {
  byId('about').append(...prose(api.info.description));
  for (const [path, item] of Object.entries(api.paths)) {
    for (const [method, operation] of Object.entries(item))
      byId('operations').append(operationView(path, method, operation));
  }
  for (const [name, schema] of Object.entries(api.components.schemas)) byId('schemas').append(schemaView(name, schema));
  openNamed();
  addEventListener('hashchange', openNamed);
}

function schemaView(name: string, schema: unknown): HTMLElement {
  const text = element('pre', '', JSON.stringify(schema, null, 2));
  // It scrolls, also by keyboard.
  text.tabIndex = 0;
  const view = element('details', '', element('summary', '', element('code', '', name)), element('div', '', text));
  view.id = name;
  return view;
}

/** Opens the schema that the address names. */
function openNamed(): void {
  const named = document.getElementById(location.hash.slice(1));
  if (named instanceof HTMLDetailsElement) named.open = true;
}

showTheme(chosenTheme());
ask('openapi.json', readApiDocument).then(show, (error: unknown) => {
  const failed = byId('failed');
  failed.textContent = `The document can't be shown: ${error instanceof Error ? error.message : String(error)}`;
  failed.hidden = false;
});
