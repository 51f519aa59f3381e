/** `system`: as the browser's own. */
export type Theme = 'system' | 'light' | 'dark';

const KEY = 'tailgate.theme';

export const THEMES: readonly Theme[] = ['system', 'light', 'dark'];

/** What was chosen in this browser. */
export function chosenTheme(): Theme {
  const stored = localStorage.getItem(KEY);
  return THEMES.find((theme) => theme === stored) ?? 'system';
}

/** The style sheet obeys the attribute. */
export function showTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}

export function chooseTheme(theme: Theme): void {
  localStorage.setItem(KEY, theme);
  showTheme(theme);
}
