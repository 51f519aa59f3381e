import { Route, Switch } from 'wouter';
import { ViewerPage } from '../viewer/viewer-page.js';

/** Which page an address shows. The gateway answers these, and no others, with the page. */
export function App() {
  return (
    <Switch>
      <Route path="/deployments/:name">{({ name }) => <ViewerPage channels={[`deployment/${name}`]} />}</Route>
      <Route path="/channels/:kind/:name">{({ kind, name }) => <ViewerPage channels={[`${kind}/${name}`]} />}</Route>
    </Switch>
  );
}
