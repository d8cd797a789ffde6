import { describe, expect, it } from 'vitest';
import { digestMail, oneLine, type DigestFacts } from './digest-text';

const facts = (entries: DigestFacts['entries'], more = false): DigestFacts => ({
  total: 5,
  more,
  entries,
  username: 'bob',
  appUrl: 'https://app.example.com',
  unsubscribeUrl: 'https://chat.example.com/unsubscribe/2.a',
});

describe('a digest', () => {
  it('says how much is unread, what, and what it leaves out', () => {
    const { subject, text } = digestMail(
      facts([
        { title: 'alice', content: 'Hello!', count: 3 },
        { title: 'carol', content: 'hi', count: 1 },
      ]),
    );
    expect(subject).toBe('You have 5 unread notifications');
    expect(text).toContain('- alice (3): Hello!\n- carol: hi\n- and 1 more\n');
    expect(digestMail({ ...facts([]), total: 1 }).subject).toBe('You have 1 unread notification');
    expect(digestMail(facts([], true)).subject).toBe('You have more than 5 unread notifications');
  });

  it('is no page of those who write to people', () => {
    const title = '<img src=x onerror="alert(1)">\r\nBcc: eve@example.com';
    const { subject, text, html } = digestMail(facts([{ title, content: "</li><script>'&", count: 1 }]));
    expect(html).toContain('<b>&lt;img src=x onerror=&quot;alert(1)&quot;&gt; Bcc: eve@example.com</b>');
    expect(html).toContain('&lt;/li&gt;&lt;script&gt;&#39;&amp;');
    expect(html).not.toMatch(/<(img|script)/);
    expect(text).not.toMatch(/^Bcc:/m);
    expect(subject).toBe('You have 5 unread notifications');
  });

  it.each([
    ['a\r\n\u2028b\tc', 'a b c'],
    ['\u202Eevil\u202C', 'evil'],
    ['👩‍🚀'.repeat(2), '👩‍🚀👩‍🚀'],
    ['x'.repeat(11), `${'x'.repeat(9)}…`],
  ])('%j is one line: %j', (text, line) => expect(oneLine(text, 10)).toBe(line));
});
