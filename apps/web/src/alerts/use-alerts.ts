import { connect, type LogEntry } from '@tailgate/client';
import type { ChannelName } from '@tailgate/protocol';
import { useEffect, useState } from 'react';
import { useSession } from '../session/session-context.js';
import { storeAlerts, storedAlerts, type AlertSettings } from './alert-settings.js';

export interface Alerts {
  readonly settings: AlertSettings;
  readonly change: (settings: AlertSettings) => void;
  /** Matches since the page was looked at last. */
  readonly unseen: number;
  /** Why the gateway can't look for the pattern; empty where it can. */
  readonly fault: string;
}

/**
 * Tells of lines that match the reader's pattern, whatever else is shown. The gateway looks for them, in linear time, on a second
 * connection that carries nothing else.
 */
export function useAlerts(channels: readonly ChannelName[]): Alerts {
  const { caller } = useSession();
  const hasSession = caller?.auth === 'jwt';
  const [settings, setSettings] = useState(storedAlerts);
  const [unseen, setUnseen] = useState(0);
  const [fault, setFault] = useState('');
  const { pattern, notifies } = settings;
  useEffect(() => {
    if (pattern === '') return undefined;
    const gateway = connect(document.baseURI, hasSession ? { token: '' } : {});
    const found = gateway.subscribe(channels, { tail: 0, grep: pattern, grepFlags: 'i' });
    found.on('state', (state) => setFault(state.phase === 'closed' ? (state.error?.message ?? '') : ''));
    found.on('entries', (entries) => {
      const lines = entries.filter((entry) => entry.type === 'log');
      const newest = lines.at(-1);
      if (newest === undefined || !document.hidden) return;
      setUnseen((count) => count + lines.length);
      if (notifies) notify(newest);
    });
    return () => found.close();
  }, [channels, pattern, notifies, hasSession]);
  useEffect(() => {
    const seen = (): void => {
      if (!document.hidden) setUnseen(0);
    };
    document.addEventListener('visibilitychange', seen);
    return () => document.removeEventListener('visibilitychange', seen);
  }, []);
  useTitleBadge(unseen);
  const change = (next: AlertSettings): void => {
    storeAlerts(next);
    setSettings(next);
    setFault('');
  };
  return { settings, change, unseen, fault };
}

/** A channel's newest notification takes the place of the one before. */
function notify({ channel, line }: LogEntry): void {
  if (Notification.permission !== 'granted') return;
  const notification = new Notification(channel, { body: line, tag: `tailgate ${channel}` });
  notification.onclick = () => {
    window.focus();
    notification.close();
  };
}

function useTitleBadge(unseen: number): void {
  useEffect(() => {
    if (unseen === 0) return undefined;
    const { title } = document;
    document.title = `(${unseen.toLocaleString('en')}) ${title}`;
    return () => {
      document.title = title;
    };
  }, [unseen]);
}
