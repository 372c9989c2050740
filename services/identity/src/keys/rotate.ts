import { connect } from '@dabba/service-kit';
import { service } from '../service.ts';
import { settingsFrom } from '../settings.ts';
import { rotateKeys } from './signing-keys.ts';

const { deps, close } = await connect(service);
const keys = await rotateKeys(deps.db, deps.now(), settingsFrom(deps.env).token.life);
console.log(`Listed keys, oldest first: ${keys.map((key) => key.kid).join(', ')}`);
await close();
