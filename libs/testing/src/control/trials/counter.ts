import { mongo } from 'mongoose';
import { killInTurn } from '../arena';
import { copiesOf, holesIn } from '../judge';
import { Reader } from '../reader';
import { meet, talkWhile } from '../talk';
import { KILLS, type Trial } from './trial';

const PEOPLE = 24;

export const counter: Trial = {
  title: `Numbers: ${PEOPLE} people in one conversation, while chat instances are killed five times`,
  naive: '`$inc` of a counter, then the insert; a unique index over clientId',
  designs: { counter: 3 },
  broken: ['holes', 'numbers twice', 'passed over'],
  async run(arena, progress) {
    const people = await meet(arena, { people: PEOPLE, groups: 1 });
    const chat = await mongo.MongoClient.connect(arena.chatDbUrl);
    const messages = chat.db().collection<{ seq: number }>('messages');
    const reader = new Reader(messages);
    const kills = killInTurn(arena, arena.isNaive ? 'counter' : 'chat', KILLS, progress);
    const [acked] = await Promise.all([talkWhile(people, 0, kills), reader.follow(kills)]);
    people.senders.forEach((sender) => sender.close());
    await reader.read();
    const seqs = (await messages.find().toArray()).map(({ seq }) => seq);
    await chat.close();
    return {
      'sends acked': acked,
      'last number': Math.max(...seqs),
      holes: holesIn(seqs),
      'numbers twice': copiesOf(seqs).again,
      'passed over': seqs.length - reader.seen,
    };
  },
};
