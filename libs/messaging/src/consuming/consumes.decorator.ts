import { applyDecorators, Catch, UseFilters, type ExceptionFilter } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import type { IntegrationEvent } from '@app/contracts';
import { throwError, type Observable } from 'rxjs';
import type { IncomingEvent } from '../envelope';

/** Where Nest's own filter would replace the error by "Internal server error", ours hands it to the retry policy as it is. */
@Catch()
class PassOn implements ExceptionFilter {
  catch(exception: unknown): Observable<never> {
    return throwError(() => exception);
  }
}

type Handler<P extends object> = (event: IncomingEvent<P>) => Promise<void>;

/**
 * Binds a controller method to an integration event. The event is acknowledged when the method has resolved; it is delivered
 * at least once, so the method must be idempotent. A rejection is retried, except an AppError that says it is no use.
 */
export function Consumes<P extends object>(contract: IntegrationEvent<P>) {
  const decorate = applyDecorators(EventPattern(contract.name, { contract }), UseFilters(PassOn));
  return <H extends Handler<P>>(target: object, key: string, descriptor: TypedPropertyDescriptor<H>): void =>
    decorate(target, key, descriptor);
}
