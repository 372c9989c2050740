import { connect } from '@dabba/service-kit';
import { startWebhooks } from '../sender.ts';
import { hasty, webhookService } from './service.ts';

/** A replica that does nothing but tell of ends, to be killed while it waits for an answer, however long that takes. */
const { deps } = await connect(webhookService, { env: process.env });
startWebhooks(deps, { ...hasty(deps.env), timeout: 60_000 });
