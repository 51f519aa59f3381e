import { parseChannel } from '@tailgate/protocol';
import { lazy, Suspense } from 'react';
import { Route, Router, Switch } from 'wouter';
import { IndexPage } from '../channels/index-page.js';
import { SessionGate } from '../session/session-gate.js';
import { ChannelPage } from '../viewer/channel-page.js';
import { HostsPage } from '../viewer/hosts-page.js';
import { SeveralPage } from '../viewer/several-page.js';
import { BadAddressPage } from './bad-address-page.js';

const ComparePage = lazy(() => import('../compare/compare-page.js'));

/** The folder that the gateway serves in, as it has written it into `<base>`: empty, or such as `/tailgate`. */
const FOLDER = new URL(document.baseURI).pathname.slice(0, -1);

/** Which page an address shows. The gateway answers these, and no others, with the page (its `page/pages.ts`). */
export function App() {
  return (
    <Router base={FOLDER}>
      <SessionGate>
        <Switch>
          <Route path="/">
            <IndexPage />
          </Route>
          <Route path="/deployments/:name">{({ name }) => <Named text={`deployment/${name}`} />}</Route>
          <Route path="/channels/:kind/:name">{({ kind, name }) => <Named text={`${kind}/${name}`} />}</Route>
          <Route path="/logs.html">
            <HostsPage />
          </Route>
          <Route path="/view">
            <SeveralPage />
          </Route>
          <Route path="/compare">
            <Suspense>
              <ComparePage />
            </Suspense>
          </Route>
          <Route>
            <BadAddressPage what={location.pathname} />
          </Route>
        </Switch>
      </SessionGate>
    </Router>
  );
}

function Named({ text }: { readonly text: string }) {
  const channel = parseChannel(text);
  return channel === undefined ? <BadAddressPage what={text} /> : <ChannelPage channel={channel} />;
}
