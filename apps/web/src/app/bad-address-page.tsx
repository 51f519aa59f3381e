import { CHANNEL_GRAMMAR } from '@tailgate/protocol';
import { Link } from 'wouter';
import { AppBar } from './app-bar.js';

/** For an address that names what can be no channel. */
export function BadAddressPage({ what }: { readonly what: string }) {
  return (
    <>
      <AppBar />
      <main className="page">
        <h1>This is no name of a channel</h1>
        <p>
          <code>{what}</code> can be none: a channel is {CHANNEL_GRAMMAR}.
        </p>
        <p>
          <Link href="/">All channels</Link>
        </p>
      </main>
    </>
  );
}
