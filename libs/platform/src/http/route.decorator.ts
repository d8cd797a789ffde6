import {
  applyDecorators,
  createParamDecorator,
  HttpCode,
  RequestMapping,
  RequestMethod,
  SetMetadata,
  type ExecutionContext,
} from '@nestjs/common';
import { parse, type Route } from '@app/contracts';
import type { Request, Response } from 'express';
import type { Principal } from '../auth/access-tokens';
import { Cookies } from './cookies';
import { requestIdOf } from './request-id';
import { Uploads } from './uploads';

export const ROUTE = Symbol('route contract');

export const PAGE = Symbol('page');

/** A handler without a contract: a page or a document for anybody. What is neither this nor `@Handles` does not start. */
export const OpenPage = (path: string | string[]): MethodDecorator =>
  applyDecorators(RequestMapping({ path, method: RequestMethod.GET }), SetMetadata(PAGE, true));

/** What a handler gets: the validated parts of the request, the caller, and the id that ties the logs together. */
export interface RouteInput<B, Q, P> {
  body: B;
  query: Q;
  params: P;
  /** The signed-in user; an absent user on a public route is user 0. */
  user: Principal;
  requestId: string;
  /** `origin` is that of the page which asks, if a browser does. */
  client: { ip: string; userAgent: string; origin?: string };
  /** What stands after `Bearer` in the Authorization header, unchecked: `user` is who has been checked. */
  bearer?: string;
  cookies: Cookies;
  /** Of a contract with `files`. */
  uploads: Uploads;
}

/** The input that belongs to a contract: `InputOf<typeof login>`. */
export type InputOf<C> = C extends Route<infer B, infer Q, infer P, infer _R> ? RouteInput<B, Q, P> : never;

type RouteHandler<B, Q, P, R> = (input: RouteInput<B, Q, P>) => Promise<R>;

/** Binds a controller method to a route contract; a wrong input or answer type does not compile. */
export function Handles<B extends object, Q extends object, P extends object, R>(
  contract: Route<B, Q, P, R>,
) {
  const decorate = applyDecorators(
    RequestMapping({ path: contract.path, method: RequestMethod[contract.method] }),
    HttpCode(contract.status),
    SetMetadata(ROUTE, contract),
  );
  return <H extends RouteHandler<B, Q, P, R>>(
    target: object,
    key: string,
    descriptor: TypedPropertyDescriptor<H>,
  ): void => decorate(target, key, descriptor);
}

/** The one parameter of a route handler. Validates body, query and path parameters by the handler's contract. */
export const Input = createParamDecorator((_data: unknown, context: ExecutionContext) => {
  const contract = Reflect.getMetadata(ROUTE, context.getHandler()) as Route;
  const http = context.switchToHttp();
  const request = http.getRequest<Request & { user?: Principal }>();
  const { authorization, origin, 'user-agent': userAgent = '' } = request.headers;
  return {
    body: contract.body && parse(contract.body, request.body ?? {}),
    query: contract.query && parse(contract.query, { ...request.query }),
    params: contract.params && parse(contract.params, request.params),
    user: request.user,
    requestId: requestIdOf(request),
    client: { ip: request.ip ?? '', userAgent, origin },
    bearer: /^Bearer (.+)$/i.exec(authorization ?? '')?.[1],
    cookies: new Cookies(request, http.getResponse<Response>()),
    uploads: new Uploads(request, contract.files),
  };
});
