import type { Credentials } from '../../machine.ts';
import type { Channel } from '../channel.ts';
import { askPassword, usernameOf } from './security.ts';

/** Sends user name and password as they are (VeNCrypt's Plain). @throws SecurityError when there are none */
export async function authenticatePlain(channel: Channel, credentials: Credentials): Promise<void> {
  const username = Buffer.from(usernameOf(credentials));
  const password = Buffer.from(await askPassword(channel, credentials));
  const lengths = Buffer.alloc(8);
  lengths.writeUInt32BE(username.length, 0);
  lengths.writeUInt32BE(password.length, 4);
  channel.send(Buffer.concat([lengths, username, password]));
}
