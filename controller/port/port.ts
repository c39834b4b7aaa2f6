/** A port: bytes to and from one device, whatever carries them. */

export interface Port {
  /** Settles when the system took the bytes; rejects with `port.lost` once the port is closed. */
  write(bytes: Uint8Array): Promise<void>;
  /** Closes and settles, also when it is closed already. */
  close(): Promise<void>;
}

export interface PortHandlers {
  data(bytes: Uint8Array): void;
  /** Told exactly once for each opened port, whoever closed it; no data comes after it. */
  closed(why: string): void;
}
