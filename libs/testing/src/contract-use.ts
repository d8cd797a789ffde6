import { appendFileSync } from 'node:fs';
import { chatNamespace, notificationsNamespace, routes, type Route } from '@app/contracts';

/** Where a run of the whole suite notes which contracts were used, and how that ended; see tools/test/contract-coverage.mjs. */
const FILE = process.env['CONTRACT_USE_FILE'];

const noted = new Set<string>();
const events = new Set(
  [chatNamespace, notificationsNamespace].flatMap(({ client }) => client.map(({ name }) => name)),
);
const templates = (routes as unknown as Route[]).map(({ method, path }) => ({
  name: `${method} ${path}`,
  method,
  pattern: new RegExp(`^${path.replace(/:[^/]+/g, '[^/]+')}$`),
  isFixed: !path.includes(':'),
}));

/** `outcome`: `ok`, or the code of the refusal. */
export function noteEvent(name: string, outcome: string): void {
  if (events.has(name)) note(name, outcome);
}

/** `path` as it was sent; the same under `/api` and `/api/v1`. */
export function noteCall(method: string, path: string, outcome: string): void {
  if (FILE === undefined) return;
  const [pathname = ''] = path.replace(/^\/api(\/v1)?(?=\/)/, '').split('?');
  const fitting = templates.filter(
    (template) => template.method === method && template.pattern.test(pathname),
  );
  const route = fitting.find(({ isFixed }) => isFixed) ?? fitting[0];
  if (route) note(route.name, outcome);
}

function note(contract: string, outcome: string): void {
  const line = `${contract}\t${outcome}\n`;
  if (FILE === undefined || noted.has(line)) return;
  noted.add(line);
  appendFileSync(FILE, line);
}
