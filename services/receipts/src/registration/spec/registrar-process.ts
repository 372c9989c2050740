import { connect } from '@dabba/service-kit';
import { startRegistrar } from '../start.ts';
import { registrationService } from './service.ts';
import { hasty } from './settings.ts';

/** A replica that does nothing but register, to be killed. */
const { deps } = await connect(registrationService, { env: process.env });
startRegistrar(deps, hasty);
