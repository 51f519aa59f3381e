/** In words, for error messages. */
export const WEBHOOK_URL_GRAMMAR = 'a URL with http: or https:, without a user, of at most 2,000 characters';

/** Whether alerts can be sent there, as far as its text says. */
export function isWebhookUrl(text: string): boolean {
  if (text.length > 2_000 || !URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return (protocol === 'http:' || protocol === 'https:') && username === '' && password === '';
}

/** The URL without what may be a secret: Slack's are passwords. */
export function shownUrl(text: string): string {
  return URL.canParse(text) ? `${new URL(text).origin}/…` : '…';
}
