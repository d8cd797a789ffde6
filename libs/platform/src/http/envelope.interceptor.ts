import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { Download, Page, Route, ServedFile, Shape, Success } from '@app/contracts';
import type { Request, Response } from 'express';
import { toStream } from './download';
import { map, mergeMap, type Observable } from 'rxjs';
import { ROUTE } from './route.decorator';
import { sendFile } from './served-file';

/** Wraps what a contract's handler returns into `{ ok: true, data }`, with `page` beside `data` for pages. */
@Injectable()
export class EnvelopeInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const contract = Reflect.getMetadata(ROUTE, context.getHandler()) as Route | undefined;
    if (!contract || contract.bare) return next.handle();
    if (contract.result.many === 'download')
      return next.handle().pipe(map((file: Download<unknown>) => toStream(file)));
    if (contract.result.many === 'bytes') {
      const http = context.switchToHttp();
      const [request, response] = [http.getRequest<Request>(), http.getResponse<Response>()];
      return next.handle().pipe(mergeMap((file: ServedFile) => sendFile(file, request, response)));
    }
    return next.handle().pipe(map((result: unknown) => success(contract.result, result)));
  }
}

/** The success envelope of an answer of the given shape. */
export function success(shape: Shape<unknown>, result: unknown): Success<unknown> {
  if (shape.many !== 'page') return { ok: true, data: result };
  const { items, ...page } = result as Page<unknown>;
  return { ok: true, data: items, page };
}
