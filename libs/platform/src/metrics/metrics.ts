import { Controller, Header } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { collectDefaultMetrics, Counter, Gauge, Histogram, register } from 'prom-client';
import { OpenPage } from '../http/route.decorator';

/** Node's own figures: memory, CPU, event-loop lag. Once per process. */
export function collectProcessMetrics(): void {
  if (!register.getSingleMetric('process_cpu_user_seconds_total')) collectDefaultMetrics();
}

const requests = new Counter({
  name: 'http_requests_total',
  help: 'HTTP requests answered.',
  labelNames: ['method', 'route', 'status'],
});

const duration = new Histogram({
  name: 'http_request_duration_seconds',
  help: 'Time from the request to the end of its answer.',
  labelNames: ['method', 'route'],
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
});

/** In a service by the namespace they are connected to, in the gateway by the service that they lead to. */
export const activeWebSockets = new Gauge({
  name: 'websocket_connections_active',
  help: 'WebSockets that are open.',
  labelNames: ['namespace', 'service'],
});

/** Counts each request by the pattern of its route, never by its path: no ids in labels. */
export function measureRequests(request: Request, response: Response, next: NextFunction): void {
  const started = process.hrtime.bigint();
  response.once('finish', () => {
    const pattern = (request.route as { path?: string } | undefined)?.path;
    const route = (response.locals.route as string | undefined) ?? pattern ?? 'unmatched';
    requests.inc({ method: request.method, route, status: response.statusCode });
    duration.observe({ method: request.method, route }, Number(process.hrtime.bigint() - started) / 1e9);
  });
  next();
}

@Controller()
export class MetricsController {
  @OpenPage('/metrics')
  @Header('content-type', register.contentType)
  metrics(): Promise<string> {
    return register.metrics();
  }
}
