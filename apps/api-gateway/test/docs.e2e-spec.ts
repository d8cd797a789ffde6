import { integrationEvents, namespaces } from '@app/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGateway, type Gateway } from './support/gateway';
import { Upstream } from './support/upstream';

describe('what the gateway answers itself', () => {
  let chat: Upstream;
  let gateway: Gateway;

  beforeAll(async () => {
    chat = await Upstream.start({ name: 'chat-1' });
    gateway = await startGateway({ CHAT_SERVICE_URL: [chat.url] });
  });

  afterAll(async () => {
    await gateway.close();
    await chat.kill();
  });

  it('links to everything from /', async () => {
    const { data } = (await (await gateway.fetch('/')).json()) as { data: { links: Record<string, string> } };
    for (const link of [data.links.restDocs, data.links.eventDocs, data.links.events, data.links.metrics]) {
      expect((await gateway.fetch(link ?? '')).status).toBe(200);
    }
  });

  it('shows Swagger UI from its own files only', async () => {
    const page = await (await gateway.fetch('/api/docs')).text();
    const files = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => file ?? '');
    expect(files.length).toBeGreaterThan(3);
    for (const file of files) expect((await gateway.fetch(file)).status).toBe(200);
    expect((await gateway.fetch('/api/docs/package.json')).status).toBe(404);
  });

  it('shows every event of the contracts', async () => {
    const page = await (await gateway.fetch('/api/async-docs')).text();
    const names = [
      ...namespaces.flatMap(({ client, server }) => [...client, ...server]),
      ...integrationEvents,
    ].map(({ name }) => name);
    expect(names.length).toBeGreaterThan(10);
    for (const name of names) expect(page).toContain(`<code>${name}</code>`);
    expect(page).not.toContain('<script');
  });

  it('is ready when each service has a ready instance, and names those that have none', async () => {
    const answer = await gateway.fetch('/health/ready');
    expect(answer.status).toBe(503);
    const { data } = (await answer.json()) as { data: { checks: Record<string, string> } };
    expect(data.checks).toMatchObject({
      'chat-service': 'up',
      'user-service': 'no instance of user-service is ready',
      'notification-service': 'no instance of notification-service is ready',
    });
    expect((await gateway.fetch('/health/live')).status).toBe(200);
  });

  it('says of a missing specification how to make it, and serves one that is there', async () => {
    for (const path of ['/openapi.yml', '/asyncapi.yml']) {
      const answer = await gateway.fetch(path);
      if (answer.status === 404) expect(await answer.text()).toContain('npm run specs');
      else expect(answer.headers.get('content-type')).toContain('yaml');
    }
  });
});
