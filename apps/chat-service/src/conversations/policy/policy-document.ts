import type { ConversationType, RequestStatus } from '@app/contracts';
import { verdictOf } from './policy';
import { RULES, type Action, type Verdict } from './rules';
import type { Particulars, Situation } from './situation';

interface Column {
  title: string;
  situation: Omit<Situation, keyof Particulars>;
}

const CELLS: Record<Verdict, string> = { allowed: 'yes', unseen: '404', forbidden: '403', conflict: '409' };

const TARGETS = ['member', 'moderator', 'admin'] as const;
/** Actions that depend on what they are done to, with the kinds of that. */
const KINDS: Partial<Record<Action, readonly (readonly [kind: string, Particulars])[]>> = {
  edit: [
    ['own', { isOwn: true }],
    ["another's", {}],
  ],
  'delete-message': [
    ['own', { isOwn: true }],
    ["another's", {}],
  ],
  'remove-member': TARGETS.map((targetRole) => [targetRole, { targetRole }]),
  promote: TARGETS.map((targetRole) => [targetRole, { targetRole }]),
  demote: [
    ...TARGETS.map((targetRole) => [targetRole, { targetRole }] as const),
    ['oneself, moderator', { targetRole: 'moderator', isOwn: true }],
  ],
};

const column = (title: string, type: ConversationType, facts: Partial<Situation> = {}): Column => ({
  title,
  situation: { role: 'member', type, status: 'accepted', isInitiator: false, isApart: false, ...facts },
});

const request = (status: RequestStatus) => [
  column(`${status}, who asked`, 'private', { status, isInitiator: true }),
  column(`${status}, who was asked`, 'private', { status }),
];

const amongMany = (type: ConversationType) => [
  ...TARGETS.map((role) => column(role, type, { role })),
  column('admin, alone', type, { role: 'admin', isAlone: true }),
  column('stranger', type, { role: 'stranger' }),
];

const SECTIONS: readonly (readonly [title: string, columns: Column[]])[] = [
  [
    'Private conversations',
    [
      column('accepted', 'private'),
      ...request('pending'),
      ...request('declined'),
      column('a block between them', 'private', { isApart: true }),
      column('stranger', 'private', { role: 'stranger' }),
    ],
  ],
  ['Groups', amongMany('group')],
  ['Channels', amongMany('channel')],
];

const INTRODUCTION = `# Who may do what in a conversation

Every action and every situation, as \`apps/chat-service/src/conversations/policy\` judges them, for sockets, REST, files and
search alike. The reasons are in docs/adr/0018; \`policy.spec.ts\` states the same independently.

- **yes**: allowed; limits, such as the number of members, may still stand against it.
- **404**: \`NOTFOUND\`: for this user there is no such conversation. **403**: \`FORBIDDEN\`. **409**: \`CONFLICT\`: not in this
  kind or state of a conversation, whoever asks.

In a private conversation roles do not matter, and a block outweighs the state of a request. In groups and channels there
are no requests, and blocks do not reach into them. To a deleted conversation everybody is a stranger, as in a private one.
`;

/** docs/policy.md. */
export const buildPolicy = (): string =>
  [INTRODUCTION, ...SECTIONS.map(([title, columns]) => section(title, columns))].join('\n');

function section(title: string, columns: Column[]): string {
  const head = ['Action', ...columns.map((each) => each.title)];
  const rows = (Object.keys(RULES) as Action[]).flatMap((action) =>
    (KINDS[action] ?? [['', {}] as const]).map(([kind, particulars]) =>
      line([
        `${action}${kind && ` (${kind})`}`,
        ...columns.map(({ situation }) => CELLS[verdictOf(action, { ...situation, ...particulars })]),
      ]),
    ),
  );
  return [`## ${title}\n`, line(head), line(head.map(() => '---')), ...rows, ''].join('\n');
}

const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
