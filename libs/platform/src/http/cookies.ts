import type { CookieOptions, Request, Response } from 'express';

/** The cookies of one request, and those that its answer sets. */
export class Cookies {
  constructor(
    private readonly request: Request,
    private readonly response: Response,
  ) {}

  /** Undefined when the request has none of this name. */
  get(name: string): string | undefined {
    for (const pair of (this.request.headers.cookie ?? '').split(';')) {
      const [key = '', value = ''] = pair.split(/=(.*)/s);
      if (key.trim() === name) return value.trim();
    }
    return undefined;
  }

  /** Also when the handler then throws. */
  set(name: string, value: string, options: CookieOptions): void {
    this.response.cookie(name, value, options);
  }

  /** `options` as they were set. */
  clear(name: string, options: CookieOptions): void {
    this.response.clearCookie(name, options);
  }
}
