import type { ConversationModel } from './conversation-model';
import type { SyncedClient } from './synced-client';

const SHOWN = 5;

/** What two clients of one person do not see alike; a few of all. */
export function differencesOf(one: SyncedClient, other: SyncedClient): string[] {
  const ids = new Set([...one.conversations.keys(), ...other.conversations.keys()]);
  const all = [...ids].flatMap((id) => {
    const [has, is] = [one.conversations.get(id), other.conversations.get(id)];
    if (!has) return [`does not know of conversation ${id}`];
    return is ? differencesIn(has, is) : [`still believes in conversation ${id}`];
  });
  return all.length > SHOWN ? [...all.slice(0, SHOWN), `… and ${all.length - SHOWN} more`] : all;
}

function differencesIn(has: ConversationModel, is: ConversationModel): string[] {
  const [believed, true_] = [peopleOf(has), peopleOf(is)];
  const ids = new Set([...has.messages.keys(), ...is.messages.keys()]);
  return [
    ...(has.ev === is.ev ? [] : [`has ${is.id} as of ${has.ev}, not ${is.ev}`]),
    ...(believed === true_ ? [] : [`believes that ${is.id} is ${believed}, not ${true_}`]),
    ...[...ids].flatMap((id) => {
      const [known, fresh] = [has, is].map(({ messages }) => JSON.stringify(messages.get(id) ?? 'missing'));
      return known === fresh ? [] : [`message ${id} of ${is.id} is ${fresh}, not ${known}`];
    }),
  ];
}

function peopleOf({ conversation }: ConversationModel): string {
  const { participants, admin_id, moderator_ids, name } = conversation;
  return JSON.stringify({
    name,
    participants,
    admin_id,
    moderators: moderator_ids.toSorted((a, b) => a - b),
  });
}
