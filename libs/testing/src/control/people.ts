import {
  chatNamespace,
  createConversation,
  sendMessage,
  type Fields,
  type SendMessageDto,
} from '@app/contracts';
import { setTimeout as delay } from 'node:timers/promises';
import { signUp, type Identity } from '../chaos/person';
import { CommandQueue } from '../synced/command-queue';
import { Link } from '../synced/link';
import type { Arena } from './arena';

const POLL_MS = 50;
const READY_MS = 30_000;

type Message = Fields<SendMessageDto> & { clientId: string };

/** Somebody who says things until they are acked, as any client should, to the naive designs and to this system alike. */
export class Sender {
  acked = 0;
  private readonly link: Link;
  private readonly commands: CommandQueue;

  constructor(
    readonly identity: Identity,
    gateways: readonly string[],
  ) {
    this.link = new Link({
      namespace: chatNamespace,
      gateways,
      token: () => identity.token,
      onUp: () => this.commands.resume(),
      onDown: () => undefined,
      onEvent: () => undefined,
    });
    this.commands = new CommandQueue(this.link);
  }

  async open(): Promise<this> {
    this.link.open();
    const deadline = performance.now() + READY_MS;
    while (!this.link.isUp) {
      if (performance.now() > deadline) throw new Error('a client cannot connect');
      await delay(POLL_MS);
    }
    return this;
  }

  close(): void {
    this.link.close();
  }

  async makeGroup(participantIds: number[]): Promise<string> {
    const { data } = await this.link.ask(createConversation, { name: 'group', participantIds });
    return data._id;
  }

  /** Over any number of connections, until it is stored. */
  async say(message: Message): Promise<void> {
    await this.commands.run(message.conversationId, sendMessage, message);
    this.acked++;
  }

  /** Once; answers the id under which it is stored, or nothing. */
  async sayOnce(message: Message): Promise<string | undefined> {
    try {
      return (await this.link.ask(sendMessage, message)).data._id;
    } catch {
      return undefined;
    }
  }
}

/** People with accounts, where there are accounts. */
export async function gather(arena: Arena, count: number): Promise<Identity[]> {
  const identities: Identity[] = [];
  for (let id = 1; id <= count; id++)
    identities.push(arena.isNaive ? unsigned(id) : await signUp(arena.gateways, `sender-${id}`));
  return identities;
}

/** They do not all come by the same way in. */
export function connect({ gateways }: Arena, identity: Identity, index: number): Promise<Sender> {
  const first = index % gateways.length;
  return new Sender(identity, [...gateways.slice(first), ...gateways.slice(0, first)]).open();
}

function unsigned(id: number): Identity {
  const claims = Buffer.from(JSON.stringify({ sub: String(id) })).toString('base64url');
  return { id, token: `e30.${claims}.` };
}
