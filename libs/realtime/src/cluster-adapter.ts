import {
  Adapter,
  ClusterAdapterWithHeartbeat,
  MessageType,
  type ClusterMessage,
  type ClusterResponse,
} from 'socket.io-adapter';
import type { SocketData } from './client-socket';

/**
 * What carries bytes between the instances of a service. Lossy by contract: what must arrive has a number, and whoever
 * misses a number reads it from the store.
 */
export interface ClusterChannel {
  publish(message: Buffer): void;
  subscribe(onMessage: (message: Buffer) => void): void;
  readonly connected: boolean;
  /** Called at each (re)connection. */
  onConnect(callback: () => void): void;
}

type Wire =
  { kind: 'message'; message: ClusterMessage } | { kind: 'response'; to: string; response: ClusterResponse };

/** How instances find each other; said even when nobody is known to listen. */
const SIGNS_OF_LIFE = new Set([
  MessageType.INITIAL_HEARTBEAT,
  MessageType.HEARTBEAT,
  MessageType.ADAPTER_CLOSE,
]);

/** After a (re)connection it takes the others a moment to answer; until then nobody counts as alone. */
const INTRODUCTION_MS = 3_000;

/** Socket.IO's cluster protocol over a ClusterChannel: rooms, disconnectSockets and fetchSockets reach all instances. */
export class ChannelAdapter extends ClusterAdapterWithHeartbeat {
  /** Other instances heard of. One that died without a word stays in here and costs idle publishes, no more. */
  private readonly peers = new Set<string>();
  private readonly namespace: string;
  private introducedAt = performance.now();

  constructor(
    nsp: { name: string },
    private readonly channel: ClusterChannel,
  ) {
    super(nsp, { heartbeatInterval: 2_000, heartbeatTimeout: 6_000 });
    this.namespace = nsp.name;
    channel.onConnect(() => this.introduce());
    channel.subscribe((bytes) => this.receive(bytes));
  }

  private introduce(): void {
    this.introducedAt = performance.now();
    this.publish({ type: MessageType.INITIAL_HEARTBEAT });
  }

  private get alone(): boolean {
    return this.peers.size === 0 && performance.now() - this.introducedAt > INTRODUCTION_MS;
  }

  /** Nothing to say to nobody: a lone instance publishes its heartbeats only. */
  protected override doPublish(message: ClusterMessage): Promise<string> {
    if (!this.alone || SIGNS_OF_LIFE.has(message.type)) this.send({ kind: 'message', message });
    return Promise.resolve('');
  }

  protected override doPublishResponse(to: string, response: ClusterResponse): Promise<void> {
    this.send({
      kind: 'response',
      to,
      response: response.type === MessageType.FETCH_SOCKETS_RESPONSE ? discreet(response) : response,
    });
    return Promise.resolve();
  }

  private send(wire: Wire): void {
    this.channel.publish(Buffer.from(JSON.stringify(wire)));
  }

  private receive(bytes: Buffer): void {
    const wire = decode(bytes);
    if (!wire) return;
    if (wire.kind === 'response') {
      if (wire.to === this.uid) this.onResponse(wire.response);
      return;
    }
    const { message } = wire;
    if (message.nsp !== this.namespace || message.uid === this.uid) return;
    if (message.type === MessageType.ADAPTER_CLOSE) this.peers.delete(message.uid);
    else this.peers.add(message.uid);
    this.onMessage(message);
  }
}

/** Nothing, when it is not of our making: on a bus that may lose, garbage is one more loss. */
function decode(bytes: Buffer): Wire | undefined {
  try {
    return JSON.parse(bytes.toString()) as Wire;
  } catch {
    return undefined;
  }
}

/** Whose sockets they are is all that others ask. The handshake holds headers and the token: neither travels. */
function discreet(
  response: Extract<ClusterResponse, { type: MessageType.FETCH_SOCKETS_RESPONSE }>,
): ClusterResponse {
  const sockets = (response.data.sockets as { id: string; rooms: string[]; data: SocketData }[]).map(
    ({ id, rooms, data: { principal } }) => ({ id, rooms, data: { principal }, handshake: {} }),
  );
  return { ...response, data: { ...response.data, sockets } };
}

/** Joins one namespace of a server; the others refuse everybody and have nothing to say. */
export const clusterAdapter = (channel: ClusterChannel, namespace: string) =>
  function adapter(nsp: { name: string }): Adapter {
    return nsp.name === namespace ? new ChannelAdapter(nsp, channel) : new Adapter(nsp);
  };
