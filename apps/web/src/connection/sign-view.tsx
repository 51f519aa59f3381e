import { useNow } from '../app/use-now.js';
import type { ConnectionView } from './connection-view.js';
import { signOf } from './sign.js';

/** Connection and channels at a glance: colour, shape and words say the same. */
export function SignView({ view }: { readonly view: ConnectionView }) {
  const { tone, label, meaning } = signOf(view);
  return (
    <span className="sign" data-sign={tone} title={meaning}>
      {tone === 'live' && <span className="live-badge">LIVE</span>}
      <span className="sign-dot" aria-hidden="true" />
      <span role="status">{label}</span>
      {view.retryAt !== undefined && <Countdown until={view.retryAt} />}
    </span>
  );
}

/** Not for screen readers, which would tell of every second. */
function Countdown({ until }: { readonly until: number }) {
  const left = Math.max(0, until - useNow(250));
  return (
    <span className="countdown" aria-hidden="true">
      next try in {Math.ceil(left / 1_000)} s
    </span>
  );
}
