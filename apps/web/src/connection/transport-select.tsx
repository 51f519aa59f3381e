import { useState } from 'react';
import type { TransportChoice } from './live-connection.js';

const KEY = 'tailgate.transport';

const CHOICES: readonly (readonly [TransportChoice, string])[] = [
  ['auto', 'Automatic'],
  ['websocket', 'WebSocket'],
  ['sse', 'SSE'],
];

/** What was chosen in this browser, and how to choose another. */
export function useTransportChoice(): readonly [TransportChoice, (choice: TransportChoice) => void] {
  const [choice, setChoice] = useState(storedChoice);
  const choose = (next: TransportChoice): void => {
    localStorage.setItem(KEY, next);
    setChoice(next);
  };
  return [choice, choose];
}

function storedChoice(): TransportChoice {
  return choiceOf(localStorage.getItem(KEY));
}

function choiceOf(text: string | null): TransportChoice {
  return CHOICES.find(([choice]) => choice === text)?.[0] ?? 'auto';
}

interface TransportSelectProps {
  readonly choice: TransportChoice;
  readonly onChoose: (choice: TransportChoice) => void;
}

export function TransportSelect({ choice, onChoose }: TransportSelectProps) {
  return (
    <label className="field" title="Automatic: a WebSocket, or Server-Sent Events where it does not come through">
      <span className="hidden">Transport</span>
      <select value={choice} onChange={({ target }) => onChoose(choiceOf(target.value))}>
        {CHOICES.map(([value, name]) => (
          <option key={value} value={value}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
