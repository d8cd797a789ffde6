import { paint } from '../lib/log-format.mjs';
import { DEMO_ACCOUNTS, firstMessage } from './demo.mjs';

/**
 * What a person needs to know once all is running.
 * @param {{ gatewayUrl: string, infrastructure: Record<string, string>, origin: string, seconds: string }} system
 */
export function summarize({ gatewayUrl, infrastructure, origin, seconds }) {
  const urls = {
    Gateway: gatewayUrl,
    'API docs': `${gatewayUrl}/api/docs`,
    'Event docs': `${gatewayUrl}/api/async-docs`,
    'Events as JSON': `${gatewayUrl}/ws-docs`,
    Health: `${gatewayUrl}/health`,
    Metrics: `${gatewayUrl}/metrics`,
  };
  const snippet = firstMessage(gatewayUrl);
  const rows = (/** @type {Record<string, string>} */ table) =>
    Object.entries(table).map(([name, value]) => `  ${name.padEnd(15)} ${value}`);
  const text = [
    '',
    paint(1, `Everything is running (${seconds} s). Ctrl-C stops it.`),
    '',
    ...rows(urls),
    '',
    paint(1, 'Demo accounts'),
    ...DEMO_ACCOUNTS.map(
      ({ username, email, password }) => `  ${username.padEnd(15)} ${email}, password ${password}`,
    ),
    '',
    paint(1, 'Infrastructure') + paint(2, ` (${origin})`),
    ...rows(infrastructure),
    '',
    paint(1, 'A first message: paste this into a second terminal, in this folder'),
    '',
    snippet,
    '',
  ];
  return {
    text: text.join('\n'),
    facts: { urls, accounts: DEMO_ACCOUNTS, infrastructure, snippet, seconds },
  };
}
