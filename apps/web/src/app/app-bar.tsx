import type { ReactNode } from 'react';
import { Link } from 'wouter';
import iconUrl from '../icon.svg';
import { WhoButton } from '../session/who-button.js';
import { HelpButton } from './help-button.js';
import { ThemeSwitch } from './theme-switch.js';

/** The bar at the top of every page; in its middle what is the page's own. */
export function AppBar({ children }: { readonly children?: ReactNode }) {
  return (
    <header className="bar app-bar">
      <Link className="brand" href="/" title="All channels">
        <img src={iconUrl} alt="" width="20" height="20" />
        <span className="brand-name">Tailgate</span>
      </Link>
      <div className="app-bar-middle">{children}</div>
      <div className="app-bar-end">
        <WhoButton />
        <ThemeSwitch />
        <HelpButton />
      </div>
    </header>
  );
}
