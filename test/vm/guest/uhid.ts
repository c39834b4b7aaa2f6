/** HID devices made by a program: the kernel's /dev/uhid (linux/uhid.h). For its HID core they are as real as USB's. */
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

const DESTROY = 1;
const OUTPUT = 6;
const CREATE2 = 11;
const INPUT2 = 12;
const BUS_USB = 0x03;
/** Sizes of the fields of `struct uhid_event`: type, then one of its requests; packed. */
const TYPE_BYTES = 4;
const NAME_BYTES = 128;
const PHYS_BYTES = 64;
const UNIQ_BYTES = 64;
const DATA_BYTES_MAX = 4096;
const EVENT_BYTES_MAX = TYPE_BYTES + NAME_BYTES + PHYS_BYTES + UNIQ_BYTES + 2 + 2 + 4 * 4 + DATA_BYTES_MAX;
const POLL_MS = 10;

export interface UhidIdentity {
  readonly name: string;
  readonly vendorId: number;
  readonly productId: number;
  readonly serialNumber: string;
  readonly descriptor: Uint8Array;
}

export class UhidDevice {
  readonly #file: FileHandle;
  readonly #poll: NodeJS.Timeout;
  /** Reports that the host sent to the device, whole. */
  readonly outputs: Uint8Array[] = [];

  static async plug(identity: UhidIdentity): Promise<UhidDevice> {
    // Non-blocking: a read that waits would hold one of Node's four threads for ever.
    const file = await open('/dev/uhid', constants.O_RDWR | constants.O_NONBLOCK);
    await file.write(createRequest(identity));
    return new UhidDevice(file);
  }

  private constructor(file: FileHandle) {
    this.#file = file;
    this.#poll = setInterval(() => void this.#read(), POLL_MS);
  }

  async report(bytes: Uint8Array): Promise<void> {
    const event = Buffer.alloc(TYPE_BYTES + 2 + bytes.length);
    event.writeUInt32LE(INPUT2);
    event.writeUInt16LE(bytes.length, TYPE_BYTES);
    event.set(bytes, TYPE_BYTES + 2);
    await this.#file.write(event);
  }

  async unplug(): Promise<void> {
    clearInterval(this.#poll);
    const event = Buffer.alloc(TYPE_BYTES);
    event.writeUInt32LE(DESTROY);
    await this.#file.write(event);
    await this.#file.close();
  }

  async #read(): Promise<void> {
    const event = Buffer.alloc(EVENT_BYTES_MAX);
    // It tells EAGAIN when there is nothing, and EBADF once the device is unplugged.
    const read = await this.#file.read(event).catch(() => undefined);
    if (!read || event.readUInt32LE() !== OUTPUT) return;
    const size = event.readUInt16LE(TYPE_BYTES + DATA_BYTES_MAX);
    this.outputs.push(event.subarray(TYPE_BYTES, TYPE_BYTES + size));
  }
}

function createRequest({ name, vendorId, productId, serialNumber, descriptor }: UhidIdentity): Buffer {
  const event = Buffer.alloc(EVENT_BYTES_MAX);
  event.writeUInt32LE(CREATE2);
  event.write(name, TYPE_BYTES);
  event.write(serialNumber, TYPE_BYTES + NAME_BYTES + PHYS_BYTES);
  const rest = TYPE_BYTES + NAME_BYTES + PHYS_BYTES + UNIQ_BYTES;
  event.writeUInt16LE(descriptor.length, rest);
  event.writeUInt16LE(BUS_USB, rest + 2);
  event.writeUInt32LE(vendorId, rest + 4);
  event.writeUInt32LE(productId, rest + 8);
  event.set(descriptor, rest + 20);
  return event;
}
