import { Counter, Gauge } from 'prom-client';

export const tunnels = new Counter({
  name: 'gateway_tunnels_total',
  help: 'WebSocket upgrades by what became of them.',
  labelNames: ['service', 'outcome'],
});

export const rateLimitHits = new Counter({
  name: 'rate_limit_hits_total',
  help: 'Requests refused because their address had used up its budget.',
  labelNames: ['class'],
});

export const readyInstances = new Gauge({
  name: 'gateway_upstream_instances_ready',
  help: 'Instances of a service that are ready to serve.',
  labelNames: ['service'],
});

export const upstreamFailures = new Counter({
  name: 'gateway_upstream_failures_total',
  help: 'Requests that a service did not answer.',
  labelNames: ['service', 'reason'],
});
