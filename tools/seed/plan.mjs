import { DEMO_ACCOUNTS } from '../start/demo.mjs';

const PASSWORD = DEMO_ACCOUNTS[0]?.password ?? '';

/** The demo accounts of `npm start` and their friends. */
export const PEOPLE = [
  ...DEMO_ACCOUNTS,
  ...['dora', 'emil', 'fay', 'gus'].map((username) => ({
    username,
    email: `${username}@example.com`,
    password: PASSWORD,
  })),
].map((person, index) => ({
  ...person,
  fullName: `${person.username.slice(0, 1).toUpperCase()}${person.username.slice(1)} Demo`,
  phone: `+49 30 5550 10${index}`,
}));

/** Who knows whom; the first one has asked. Gus waits for an answer. */
export const CONTACTS = [
  ['alice', 'bob'],
  ['alice', 'dora'],
  ['bob', 'emil'],
  ['dora', 'fay'],
];
export const REQUESTS = [['gus', 'alice']];

const STEPS = [
  'The branch is cut.',
  'Tests are green here.',
  'One flaky test: it compared two clocks.',
  'Fixed, and the reason is in the commit.',
  'Load test: nothing lost, nothing twice.',
  'The release notes are in review.',
  'I have read them, two small remarks.',
  'Remarks are in.',
];

/** A thread that is longer than a page. */
const RELEASE = Array.from({ length: 64 }, (_, index) => {
  const sender = ['alice', 'bob', 'dora', 'emil'][index % 4] ?? 'alice';
  return [sender, `${STEPS[index % STEPS.length]} (${Math.floor(index / STEPS.length) + 1}/8)`];
});

/** The first one of each is who starts it. Texts are `[sender, text]`, in the order in which they are said. */
export const CONVERSATIONS = [
  {
    key: 'lunch',
    type: 'group',
    name: 'Lunch',
    people: ['alice', 'bob', 'dora', 'fay'],
    texts: [
      ['alice', 'Lunch at half past twelve?'],
      ['bob', 'Yes. The usual place?'],
      ['dora', 'They are closed on Mondays.'],
      ['fay', 'Noodles then 🍜'],
      ['alice', 'Noodles it is.'],
      ['bob', 'I will be five minutes late.'],
    ],
  },
  {
    key: 'release',
    type: 'group',
    name: 'Release 1.0',
    people: ['alice', 'bob', 'dora', 'emil'],
    texts: RELEASE,
  },
  {
    key: 'everybody',
    type: 'group',
    name: 'Everybody',
    people: ['dora', 'alice', 'bob', 'emil', 'fay', 'gus'],
    texts: [
      ['dora', 'Welcome, all of you.'],
      ['gus', 'Hello! I am new here.'],
      ['fay', 'Grüße aus Köln — schön, dass du da bist!'],
      ['emil', 'مرحبا'],
      ['alice', 'Hello Gus. Ask whatever you like.'],
    ],
  },
  {
    key: 'alice-bob',
    type: 'private',
    people: ['alice', 'bob'],
    texts: [
      ['alice', 'Do you have a minute?'],
      ['bob', 'Sure.'],
      ['alice', 'The staging database is full of sample data.'],
      ['bob', 'That was me: npm run seed.'],
    ],
  },
  {
    key: 'dora-fay',
    type: 'private',
    people: ['dora', 'fay'],
    texts: [
      ['fay', 'See you at noon?'],
      ['dora', 'See you there.'],
    ],
  },
];
