import type { ConversationType } from '@app/contracts';
import type { Role } from '../state/conversation-state';
import type { Situation } from './situation';

/** `unseen` is answered as NOTFOUND: for this user there is no such thing. */
export type Verdict = 'allowed' | 'unseen' | 'forbidden' | 'conflict';
/** With the reason in words that the caller may read. */
export type Refusal = readonly [verdict: 'forbidden' | 'conflict', why: string];

interface Rule {
  /** In words, for refusals: "… may <what>". */
  readonly what: string;
  /** The least role that it takes; null: there is no such thing in a conversation of this type. */
  readonly needs: Readonly<Record<ConversationType, Role | null>>;
  /** Whether it reaches the other side of a private conversation, so that both must be willing. */
  readonly reaches?: true;
  /** Whether it is open to those who are not in. */
  readonly byStrangers?: readonly ConversationType[];
  /** What else must hold; asked first. `null`: allowed, whatever else is said here. */
  readonly also?: (situation: Situation) => Refusal | null | undefined;
}

const everywhere = { private: 'member', group: 'member', channel: 'member' } as const;
const betweenTwo = { private: 'member', group: null, channel: null } as const;
const amongMany = { private: null, group: 'member', channel: 'member' } as const;
const byModerators = { private: null, group: 'moderator', channel: 'moderator' } as const;
const byTheAdmin = { private: null, group: 'admin', channel: 'admin' } as const;

/** What nobody else notices: whoever sees a conversation may do it, also in a request and across a block. */
const forOneself = (what: string): Rule => ({ what, needs: everywhere });
/** What passes between people. */
const betweenPeople = (what: string, needs: Rule['needs'] = everywhere): Rule => ({
  what,
  needs,
  reaches: true,
});

/** The one who asks for the conversation may say who they are before the other side has agreed. */
const introducing = ({ type, status, isInitiator, isApart }: Situation) =>
  type === 'private' && status === 'pending' && isInitiator && !isApart ? null : undefined;

export const RULES = {
  see: forOneself('see it'),
  'mark-read': forOneself('mark it read'),
  'enter-room': forOneself('open it'),
  'exit-room': forOneself('close it'),
  'delete-for-me': forOneself('hide messages'),
  'set-preferences': forOneself('choose settings of their own'),
  draft: forOneself('keep a draft'),
  'forward-from': forOneself('forward its messages'),
  clear: { what: 'delete it for themself', needs: betweenTwo },

  send: betweenPeople('send messages'),
  introduce: { ...betweenPeople('send messages'), also: introducing },
  'forward-to': betweenPeople('forward messages to it'),
  schedule: betweenPeople('schedule messages'),
  react: betweenPeople('react to messages'),
  unreact: forOneself('take a reaction back'),
  type: betweenPeople('show that they type'),
  'tell-reading': betweenPeople('let others know what they have read'),
  'mention-all': betweenPeople('mention everybody', { ...everywhere, channel: 'moderator' }),
  pin: betweenPeople('pin messages', { ...everywhere, channel: 'moderator' }),
  edit: {
    ...betweenPeople('change messages'),
    also: (situation) =>
      situation.isOwn ? introducing(situation) : ['forbidden', 'only its sender may change a message'],
  },
  'delete-message': {
    what: "delete others' messages",
    needs: { private: 'member', group: 'moderator', channel: 'moderator' },
    // What one has said may be taken back, whatever has happened since.
    also: ({ isOwn, type }) =>
      isOwn ? null : type === 'private' ? ['forbidden', 'only its sender may delete a message'] : undefined,
  },

  accept: {
    ...betweenPeople('accept a request', betweenTwo),
    also: ({ type, isInitiator, isApart, status }) => {
      if (type !== 'private' || isApart) return undefined;
      return isInitiator && status !== 'accepted'
        ? ['forbidden', 'only the other side may accept the request']
        : null;
    },
  },
  decline: {
    ...betweenPeople('decline a request', betweenTwo),
    also: ({ type, isInitiator, isApart, status }) => {
      if (type !== 'private' || isApart) return undefined;
      if (status === 'accepted') return ['conflict', 'the request was accepted already'];
      return isInitiator ? ['forbidden', 'only the other side may decline the request'] : null;
    },
  },

  'add-member': { what: 'add members', needs: byModerators },
  'remove-member': {
    what: 'remove members',
    needs: byModerators,
    also: ({ role, type, targetRole = 'admin' }) => {
      if (type === 'private' || targetRole === 'member') return undefined;
      if (role === 'moderator')
        return ['forbidden', 'only the admin may remove moderators, and nobody the admin'];
      if (role !== 'admin' || targetRole === 'moderator') return undefined;
      return ['conflict', 'the admin cannot be removed: hand over and leave instead'];
    },
  },
  leave: {
    what: 'leave it',
    needs: amongMany,
    also: ({ role, type, isAlone }) =>
      type !== 'private' && role === 'admin' && !isAlone
        ? ['conflict', 'the admin cannot leave while others remain: hand over first']
        : undefined,
  },
  promote: {
    what: 'promote moderators',
    needs: byTheAdmin,
    also: ({ role, type, targetRole = 'admin' }) =>
      type !== 'private' && role === 'admin' && targetRole === 'admin'
        ? ['conflict', 'the admin is more than a moderator already']
        : undefined,
  },
  demote: {
    what: 'demote moderators',
    needs: byTheAdmin,
    also: ({ role, type, isOwn, targetRole = 'admin' }) => {
      if (type === 'private') return undefined;
      // Nobody must keep an office.
      if (role === 'moderator' && isOwn) return null;
      return role === 'admin' && targetRole === 'admin'
        ? ['conflict', 'the admin cannot be demoted: hand over instead']
        : undefined;
    },
  },
  'hand-over': { what: 'hand over', needs: byTheAdmin },
  update: { what: 'change name, avatar and description', needs: byModerators },
  'delete-conversation': { what: 'delete it for everybody', needs: byTheAdmin },
  'rotate-code': { what: 'change its code', needs: byModerators },
  invite: { what: 'make and revoke invite links', needs: byModerators },
  'set-disappearing': betweenPeople('set when messages disappear', { ...byModerators, private: 'member' }),

  discover: { what: 'find it', needs: everywhere, byStrangers: ['channel'] },
  'join-channel': {
    what: 'join it',
    needs: { private: null, group: null, channel: 'member' },
    byStrangers: ['channel'],
  },
  'join-by-code': { what: 'join it', needs: amongMany, byStrangers: ['group', 'channel'] },
} as const satisfies Record<string, Rule>;

/** What somebody may want to do with a conversation or in it. */
export type Action = keyof typeof RULES;

export const ruleOf = (action: Action): Rule => RULES[action];
