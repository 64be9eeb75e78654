/** How a desktop of somebody else is connected to, and what the user is told to do where that fails. */
import { DesktopUnavailable } from './machine.ts';
import type { RfbOptions } from './rfb/client.ts';
import { ENCRYPTED, SecurityError } from './rfb/security/security.ts';
import type { ServerCertificate } from './rfb/security/tls.ts';

export interface RemoteAccessOptions {
  readonly address: string;
  /** That certificates must be made out to. */
  readonly host: string | undefined;
  /** Whether a connection that others on the way can read is better than none. */
  readonly allowUnencrypted: boolean;
  readonly passwords: {
    /** Undefined where the user has given none, and is asked. */
    read(address: string): Promise<string | undefined>;
    /** The server did not accept the one that was read: the user is asked for another. */
    refused(address: string): void;
  };
  readonly certificates: { judge(address: string, certificate: ServerCertificate): boolean };
}

/** The connections to one address, one after the other. */
export class RemoteAccess {
  readonly #options: RemoteAccessOptions;
  #hasUsedPassword = false;

  constructor(options: RemoteAccessOptions) {
    this.#options = options;
  }

  /** For the server that asks. */
  readonly password = async (): Promise<string | undefined> => {
    const { address, passwords } = this.#options;
    const password = await passwords.read(address);
    this.#hasUsedPassword = password !== undefined;
    return password;
  };

  /**
   * For the next connection.
   * @param isStreamPrivate - whether nobody on the way can read what crosses, encrypted or not
   */
  connection(isStreamPrivate: boolean): Pick<RfbOptions, 'security' | 'tls'> {
    this.#hasUsedPassword = false;
    const { address, host, allowUnencrypted, certificates } = this.#options;
    return {
      ...(isStreamPrivate || allowUnencrypted ? {} : { security: ENCRYPTED }),
      tls: {
        ...(host !== undefined && { host }),
        onCertificate: (certificate) => certificates.judge(address, certificate),
      },
    };
  }

  /** What `error` of a connection is to the user, who is asked for another password where the one they gave was wrong. */
  explained(error: unknown): unknown {
    if (!(error instanceof SecurityError)) return error;
    return new DesktopUnavailable(error.message, this.#help(error));
  }

  #help({ failure, lacks }: SecurityError): string {
    switch (failure) {
      case 'denied':
        return this.#helpDenied();
      case 'untrusted-certificate':
        return 'You are asked whether you trust it: compare its fingerprint with the one that the server has, answer, and try again.';
      case 'credentials-missing':
        return lacks === 'username'
          ? `Write it into the address, as in vnc://user@host or vnc+ssh://user@host/user@localhost. ${this.#helpEncryption()}`.trim()
          : 'You are asked for it: enter it and try again.';
      case 'unsupported':
        return this.#helpEncryption() || 'Check what kinds of security the server is set up with.';
      default:
        return failure satisfies never;
    }
  }

  #helpDenied(): string {
    const { address, passwords } = this.#options;
    if (!this.#hasUsedPassword)
      return 'Check whom the server lets in, and whether it waits after failed attempts.';
    passwords.refused(address);
    return 'The password that is kept was not accepted. You are asked for another one: enter it and try again.';
  }

  #helpEncryption(): string {
    if (this.#options.allowUnencrypted) return '';
    return (
      'Only encrypted connections are allowed: use vnc+ssh://, set up TLS on the server, or, where nobody else is on the ' +
      'way, turn on computerUseChat.vnc.allowUnencrypted. Screen Sharing of macOS encrypts the password only, so it needs ' +
      'vnc+ssh://user@host/user@localhost, or that setting and vnc://user@host.'
    );
  }
}
