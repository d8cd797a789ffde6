import { once } from 'node:events';
import mongoose from 'mongoose';
import { io } from 'socket.io-client';

const { MongoClient, ObjectId } = mongoose.mongo;
const BATCH = 5_000;
/** Members besides the reader who have written the history. */
const WRITERS = 5;
const CONTENT = 'It is about as long as what people write to each other, most of the time.';
const START = Date.parse('2026-01-01T00:00:00.000Z');

/** A signed-in client. @param {{ host: string, port: number }} target */
export async function connect({ host, port }, { token }) {
  const socket = io(`http://${host}:${port}/chat`, {
    auth: { token },
    transports: ['websocket'],
    forceNew: true,
  });
  await once(socket, 'connect');
  const ask = async (event, payload) => {
    const ack = await socket.timeout(30_000).emitWithAck(event, payload);
    if (!ack.ok) throw new Error(`${event}: ${ack.error.code} ${ack.error.message}`);
    return ack.data;
  };
  return { ask, close: () => socket.disconnect() };
}

/** Opens the chat's store, to put histories there that would take hours to send. */
export async function openStore(url) {
  const client = await new MongoClient(url).connect();
  const db = client.db();
  return {
    /** A conversation of these members with so many messages, as the service would have stored them. */
    fill: (conversationId, memberIds, count) => fill(db, new ObjectId(conversationId), memberIds, count),
    /** All of them have read everything. */
    readAll: (conversationId, memberIds, count) =>
      readAll(db, new ObjectId(conversationId), memberIds, count),
    /** The newest messages, newest first. */
    page: (conversationId, limit) =>
      db
        .collection('messages')
        .find({ conversation_id: new ObjectId(conversationId) })
        .sort({ seq: -1 })
        .limit(limit)
        .toArray(),
    close: () => client.close(),
  };
}

async function fill(db, conversationId, [, ...others], count) {
  const writers = others.slice(0, WRITERS);
  for (let from = 1; from <= count; from += BATCH) {
    const size = Math.min(BATCH, count - from + 1);
    const batch = Array.from({ length: size }, (_, index) => message(conversationId, writers, from + index));
    await db.collection('messages').insertMany(batch, { ordered: false });
  }
  const last = { last_activity_at: timeOf(count), last_ev: count, last_seq: count, last_told: count };
  await db.collection('conversations').updateOne({ _id: conversationId }, { $set: last });
}

function message(conversation_id, writers, seq) {
  const at = timeOf(seq);
  return {
    _id: new ObjectId(),
    conversation_id,
    seq,
    ev: seq,
    evs: [seq],
    head_seq: seq,
    told: seq,
    head_told: seq,
    control_ev: 0,
    sender_id: writers[seq % writers.length],
    clientId: `history-${seq}`,
    content: CONTENT,
    type: 'text',
    attachments: [],
    created_at: at,
    updated_at: at,
  };
}

async function readAll(db, conversation_id, memberIds, seq) {
  const at = timeOf(seq);
  const receipts = memberIds.map((user_id) => ({
    conversation_id,
    user_id,
    read_seq: seq,
    read_at: at,
    read_told: seq,
    delivered_seq: seq,
    delivered_at: at,
  }));
  await db.collection('receipts').insertMany(receipts, { ordered: false });
}

const timeOf = (seq) => new Date(START + seq * 1_000);
