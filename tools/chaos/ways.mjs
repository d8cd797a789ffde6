import { freePort } from '../lib/ports.mjs';

/** Which service needs what: settings that name stores, and the kind of store. */
const NEEDS = {
  user: { POSTGRES_URL: 'postgres', RABBITMQ_URL: 'rabbitmq' },
  chat: { CHAT_DB_URL: 'mongodb', RABBITMQ_URL: 'rabbitmq' },
  notification: { NOTIFICATION_DB_URL: 'mongodb', RABBITMQ_URL: 'rabbitmq' },
  gateway: {},
};

/**
 * Puts ways that can be disturbed between the processes, to those `ends` that are to be disturbed; the others are reached as ever.
 * Each process has its own, so that one of them can be cut off alone.
 */
export async function openWays({ network, ends, instances, env }) {
  const settings = new Map();
  for (const [service, count] of Object.entries(instances)) {
    for (let number = 1; number <= count; number++) {
      const name = `${service}-${number}`;
      settings.set(name, await settingsOf(name, service));
    }
  }
  const ports = await chatPorts();
  return {
    ports,
    envOf: (name) => settings.get(name) ?? {},
    /** The origins of the gateways as clients are to know them. */
    forClients: async (urls) => {
      if (!ends.includes('client')) return urls;
      return Promise.all(urls.map((url, index) => origin('client', `gateway-${index + 1}`, 'client', url)));
    },
  };

  async function settingsOf(name, service) {
    const own = {};
    for (const [variable, store] of Object.entries(NEEDS[service])) {
      if (!ends.includes(store)) continue;
      own[variable] = await network.open(`${name}>${store}`, store, env[variable]);
    }
    return own;
  }

  async function chatPorts() {
    if (!ends.includes('chat')) return {};
    const chat = await Promise.all(Array.from({ length: instances.chat }, () => freePort()));
    for (let number = 1; number <= instances.gateway; number++) {
      const urls = chat.map((port, index) =>
        origin(`gateway-${number}`, `chat-${index + 1}`, 'chat', `http://127.0.0.1:${port}`),
      );
      settings.get(`gateway-${number}`).CHAT_SERVICE_URL = (await Promise.all(urls)).join(',');
    }
    return { chat };
  }

  async function origin(from, target, end, url) {
    return new URL(await network.open(`${from}>${target}`, end, url)).origin;
  }
}
