import { Module } from '@nestjs/common';
import { ProxyModule } from '../proxy/proxy.module';
import { RateLimitModule } from '../rate-limit/rate-limit.module';
import { EdgeService } from './edge.service';

@Module({ imports: [ProxyModule, RateLimitModule], providers: [EdgeService], exports: [EdgeService] })
export class EdgeModule {}
