import 'reflect-metadata';
import { createServer } from 'node:http';
import {
  chatNamespace,
  createConversation,
  ping,
  sendMessage,
  type CreateConversationDto,
} from '@app/contracts';
import { mongo } from 'mongoose';
import { Server } from 'socket.io';

/** What somebody wants to say. */
export interface Draft {
  conversationId: string;
  senderId: number;
  clientId: string;
  content: string;
}

/** Answers when it is stored. */
export type Send = (draft: Draft) => Promise<{ _id: string; seq?: number }>;

/** Whatever else is naive: a control group is not to lose what a setting of the store would keep. */
const DURABLE = { writeConcern: { w: 'majority', j: true } } as const;

export type Row = Omit<Draft, 'conversationId' | 'senderId'> & {
  _id: mongo.ObjectId;
  conversation_id: string;
  sender_id: number;
  seq?: number;
};
export type Rows = mongo.Collection<Row>;

/** Stores a message as it is. */
export async function insert(
  rows: Rows,
  { conversationId, senderId, clientId, content }: Draft,
  seq?: number,
) {
  const _id = new mongo.ObjectId();
  const row = { _id, conversation_id: conversationId, sender_id: senderId, clientId, content };
  await rows.insertOne({ ...row, ...(seq !== undefined && { seq }) }, DURABLE);
  return { _id: _id.toHexString(), ...(seq !== undefined && { seq }) };
}

/**
 * A chat service as one writes it first: Socket.IO with stock settings and MongoDB. It believes everybody, tells nobody, and stores
 * a message as `open` says: that is the design under test.
 */
export async function serve(open: (db: mongo.Db) => Promise<Send> | Send): Promise<void> {
  const client = await mongo.MongoClient.connect(process.env['CHAT_DB_URL'] ?? '');
  const db = client.db();
  const send = await open(db);
  const http = createServer((_request, response) => response.end());
  const chat = new Server(http, { path: chatNamespace.path }).of(chatNamespace.name);
  chat.on('connection', (socket) => {
    const userId = userOf((socket.handshake.auth as { token: string }).token);
    const on = <P>(name: string, handle: (payload: P) => Promise<object> | object) =>
      socket.on(name, (payload: P, ack: (answer: object) => void) => {
        void answer(() => handle(payload)).then(ack);
      });
    on(ping.name, () => ({}));
    on(createConversation.name, async ({ participantIds }: CreateConversationDto) => {
      const _id = new mongo.ObjectId().toHexString();
      const conversation = { _id, participants: [userId, ...(participantIds ?? [])] };
      await db.collection<typeof conversation>('conversations').insertOne(conversation);
      return conversation;
    });
    on(sendMessage.name, (draft: Omit<Draft, 'senderId'>) => send({ ...draft, senderId: userId }));
  });
  http.listen(Number(process.env['PORT']), '127.0.0.1');
}

async function answer(handle: () => Promise<object> | object): Promise<object> {
  try {
    return { ok: true, data: await handle() };
  } catch (error) {
    // The client says it again.
    return { ok: false, error: { code: 'UNAVAILABLE', message: String(error), retryable: true } };
  }
}

/** The user id of an access token, unverified. */
function userOf(token: string): number {
  const claims = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8');
  return Number((JSON.parse(claims) as { sub: string }).sub);
}
