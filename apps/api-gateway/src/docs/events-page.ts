import {
  integrationEvents,
  namespaces,
  type ClientEvent,
  type IntegrationEvent,
  type Namespace,
  type ServerEvent,
} from '@app/contracts';
import { EVENTS_STYLE } from './events-style';

let page: string | undefined;

/** All Socket.IO and bus events with their examples, as one page without scripts. Made once from the contracts. */
export function eventsPage(): string {
  page ??= `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Chat backend: events</title>
<style>${EVENTS_STYLE}</style>
</head>
<body>
<header>
<h1>Events</h1>
<p>Machine-readable: <a href="/asyncapi.yml">asyncapi.yml</a>, <a href="/ws-docs">ws-docs</a>. REST: <a href="/api/docs">API docs</a>.</p>
<nav>${namespaces.map(({ name }) => `<a href="#${escape(name)}">${escape(name)}</a>`).join('')}<a href="#bus">bus</a></nav>
</header>
<main>${namespaces.map(namespaceSection).join('')}${busSection()}</main>
</body>
</html>
`;
  return page;
}

const namespaceSection = ({ name, path, summary, client, server }: Namespace) => `
<section id="${escape(name)}">
<h2>Namespace <code>${escape(name)}</code></h2>
<p>${escape(summary)} Endpoint: <code>${escape(path)}/</code>.</p>
<h3>Client → server</h3>
${client.map(clientCard).join('')}
<h3>Server → client</h3>
${server.map((event) => card(event, [['payload', event.example]])).join('')}
</section>`;

const clientCard = (event: ClientEvent<never>) =>
  card(event, [
    ['payload', event.example.payload],
    ['ack', { ok: true, data: event.example.ack }],
  ]);

const busSection = () => `
<section id="bus">
<h2>Bus</h2>
<p>RabbitMQ, topic exchange; the routing key is the event's name.</p>
${integrationEvents.map((event) => card(event, [['data', event.example]], `v${event.version}`)).join('')}
</section>`;

type AnyEvent = Pick<ClientEvent | ServerEvent | IntegrationEvent, 'name' | 'summary'>;

const card = (event: AnyEvent, examples: [label: string, value: unknown][], badge = '') => `
<details>
<summary><code>${escape(event.name)}</code>${badge === '' ? '' : ` <small>${escape(badge)}</small>`}<span>${escape(event.summary)}</span></summary>
${examples.map(([label, value]) => `<h4>${label}</h4><pre>${escape(JSON.stringify(value, null, 2))}</pre>`).join('')}
</details>`;

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escape = (text: string) => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
