import { Module } from '@nestjs/common';
import { UpstreamsModule } from '../upstreams/upstreams.module';
import { ProxyService } from './proxy.service';

@Module({ imports: [UpstreamsModule], providers: [ProxyService], exports: [ProxyService] })
export class ProxyModule {}
