import { badRequest } from '@app/contracts';

/**
 * Spellings that one HTTP stack reads differently from the next: broken or encoded separators and dots, backslashes,
 * path parameters (`..;/`), empty segments, control characters. None is needed by a route of ours, so none passes.
 */
const AMBIGUOUS = /%(?![0-9a-f]{2})|%(?:2f|5c|2e|00|25)|[\\;#\x00-\x20\x7f]|\/\/|\/\.{1,2}(?:\/|$)/i;

export interface RequestTarget {
  path: string;
  /** With its question mark, or empty. */
  query: string;
}

/** Splits the target of a request line. Throws BAD_REQUEST for anything but an unambiguous origin-form path. */
export function parseTarget(target: string): RequestTarget {
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  if (path[0] !== '/' || AMBIGUOUS.test(path)) {
    throw badRequest(
      'path',
      'must be a plain absolute path without encoded separators, dot segments or empty segments',
    );
  }
  return { path, query: mark < 0 ? '' : target.slice(mark) };
}

const SESSION = /[?&]sid=([A-Za-z0-9._-]{1,128})(?:&|$)/;

/** The Engine.IO session that a query names. */
export const sessionOf = (query: string): string | undefined => SESSION.exec(query)?.[1];
