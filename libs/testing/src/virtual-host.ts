/** Of the run's broker. A broker that the environment names may come without: then all systems share one virtual host. */
const MANAGEMENT_URL = process.env['RABBITMQ_MANAGEMENT_URL'] ?? '';

/** Exchanges, queues and connections that no other system sees. */
export interface VirtualHost {
  /** How the services reach it. */
  url: string;
  /** Removes it, with its queues and what waits in them. */
  remove(): Promise<void>;
}

/** A virtual host of the broker at `brokerUrl`; undefined when this is not one where they can be made. */
export async function createVirtualHost(brokerUrl: string, name: string): Promise<VirtualHost | undefined> {
  if (MANAGEMENT_URL === '' || brokerUrl !== process.env['RABBITMQ_URL']) return undefined;
  await manage('PUT', name);
  const url = new URL(brokerUrl);
  url.pathname = name;
  return { url: url.href, remove: () => manage('DELETE', name) };
}

/** Who creates a virtual host may do everything in it. */
async function manage(method: 'PUT' | 'DELETE', name: string): Promise<void> {
  const { origin, username, password } = new URL(MANAGEMENT_URL);
  const authorization = `Basic ${btoa(`${username}:${password}`)}`;
  const answer = await fetch(`${origin}/api/vhosts/${name}`, { method, headers: { authorization } });
  if (!answer.ok)
    throw new Error(`RabbitMQ answers ${answer.status} to ${method} of ${name}: ${await answer.text()}`);
}
