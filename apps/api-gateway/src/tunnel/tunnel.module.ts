import { Module } from '@nestjs/common';
import { UpstreamsModule } from '../upstreams/upstreams.module';
import { TunnelService } from './tunnel.service';

@Module({ imports: [UpstreamsModule], providers: [TunnelService], exports: [TunnelService] })
export class TunnelModule {}
