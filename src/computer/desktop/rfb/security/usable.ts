import type { SecurityName, SecurityOptions } from './security.ts';
import { hasAnonymousTls } from './tls.ts';

/** Whether this can be chosen with what the user and the runtime have. */
export function isUsable(name: SecurityName, { credentials }: SecurityOptions): boolean {
  switch (name) {
    case 'None':
    case 'VncAuth':
    case 'X509None':
    case 'X509Vnc':
      return true;
    case 'Apple':
    case 'Plain':
    case 'X509Plain':
      return Boolean(credentials.username);
    case 'AnonTLS':
    case 'TLSNone':
    case 'TLSVnc':
      return hasAnonymousTls();
    case 'TLSPlain':
      return Boolean(credentials.username) && hasAnonymousTls();
  }
}
