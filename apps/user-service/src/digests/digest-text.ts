import type { DigestDto } from '@app/contracts';

export interface DigestFacts extends Pick<DigestDto, 'total' | 'more' | 'entries'> {
  username: string;
  /** Where the app's pages are. */
  appUrl: string;
  unsubscribeUrl: string;
}

const MOST_TITLE = 80;
const MOST_CONTENT = 140;

/**
 * What others have written, in one line of ours: nothing in it can begin a line, turn the direction of what follows, or go on for
 * pages. It stands in the body alone, never in a header.
 */
export function oneLine(text: string, most: number): string {
  const plain = text.replace(/\p{Bidi_Control}/gu, '').replace(/[\p{Cc}\p{Z}]+/gu, ' ');
  const letters = [...plain.trim()];
  return letters.length > most ? `${letters.slice(0, most - 1).join('')}…` : letters.join('');
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? '');

const amountOf = ({ total, more }: Pick<DigestFacts, 'total' | 'more'>) =>
  `${more ? 'more than ' : ''}${total} unread notification${total === 1 ? '' : 's'}`;

export function digestMail(facts: DigestFacts): { subject: string; text: string; html: string } {
  const { username, appUrl, unsubscribeUrl } = facts;
  const amount = amountOf(facts);
  const entries = facts.entries.map(({ title, content, count }) => ({
    title: oneLine(title, MOST_TITLE),
    times: count > 1 ? ` (${count})` : '',
    content: oneLine(content, MOST_CONTENT),
  }));
  const left = facts.total - facts.entries.reduce((sum, { count }) => sum + count, 0);
  const rest = entries.length > 0 && left > 0 ? [`and ${facts.more ? 'more than ' : ''}${left} more`] : [];
  const lines = [...entries.map(({ title, times, content }) => `${title}${times}: ${content}`), ...rest];
  const items = [
    ...entries.map(
      ({ title, times, content }) => `<b>${escapeHtml(title)}</b>${times}: ${escapeHtml(content)}`,
    ),
    ...rest,
  ];
  const why = 'You get this mail because you have asked for it in the settings of the app.';
  return {
    subject: `You have ${amount}`,
    text: `${[
      `Hello ${username},`,
      `you have ${amount}.`,
      ...(lines.length > 0 ? [lines.map((line) => `- ${line}`).join('\n')] : []),
      `Read them: ${appUrl}`,
      `${why} No more of them: ${unsubscribeUrl}`,
    ].join('\n\n')}\n`,
    html: [
      `<!doctype html><html lang="en"><meta charset="utf-8"><body><p>Hello ${escapeHtml(username)},</p>`,
      `<p>you have ${amount}.</p>`,
      ...(items.length > 0 ? [`<ul>${items.map((item) => `<li>${item}</li>`).join('\n')}</ul>`] : []),
      `<p><a href="${escapeHtml(appUrl)}">Read them</a></p>`,
      `<p><small>${why} <a href="${escapeHtml(unsubscribeUrl)}">No more of them</a></small></p></body></html>`,
    ].join('\n'),
  };
}
