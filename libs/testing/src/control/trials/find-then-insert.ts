import { mongo } from 'mongoose';
import { copiesOf } from '../judge';
import { connect, gather } from '../people';
import { WRITTEN, type Trial } from './trial';

const MESSAGES = 1_000;
const DEVICES = 5;

export const findThenInsert: Trial = {
  title: `Retries: ${MESSAGES} messages, each said ${DEVICES} times at once under one clientId, over as many connections`,
  naive: 'looks for the clientId and inserts when it is not there; no unique index',
  designs: { 'find-then-insert': 3 },
  broken: ['lost', 'stored more than once', 'acked under several ids'],
  async run(arena, progress) {
    const [identity, other] = await gather(arena, 2);
    const devices = await Promise.all(
      Array.from({ length: DEVICES }, (_, index) => connect(arena, identity!, index)),
    );
    const conversationId = await devices[0]!.makeGroup([other!.id]);
    let disagreed = 0;
    for (let n = 1; n <= MESSAGES; n++) {
      const message = { conversationId, clientId: `retry-${n}`, content: `message ${n}` };
      const ids = await Promise.all(devices.map((device) => device.sayOnce(message)));
      if (new Set(ids).size > 1) disagreed++;
      progress(`${n} of ${MESSAGES} messages`);
    }
    devices.forEach((device) => device.close());
    const chat = await mongo.MongoClient.connect(arena.chatDbUrl);
    const rows = await chat.db().collection<{ clientId: string }>('messages').find(WRITTEN).toArray();
    await chat.close();
    const { different, repeated, again } = copiesOf(rows.map(({ clientId }) => clientId));
    return {
      'messages said': MESSAGES,
      lost: MESSAGES - different,
      'stored more than once': repeated,
      'copies too many': again,
      'acked under several ids': disagreed,
    };
  },
};
